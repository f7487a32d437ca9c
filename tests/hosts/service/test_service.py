"""The service over a real socket: what it answers, what it refuses, and what it never says."""

import http.client
import json
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.hosts.service.conftest import run_server

from why_nps import Coder
from why_nps.hosts.service import app as service

WAIT = 60
TEXTS = ["Monteur was top!! maar na 3x bellen (06-12345678) nog geen factuur", "nvt", "", "Prima"]
SECRET = "geheim 06-12345678"  # noqa: S105  an answer


def ask(port, path, body=None, *, method="POST", headers=()):
    """Send a request; give status, headers and body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT)
    try:
        sent = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        connection.request(method, path, sent, {"Content-Type": "application/json", **dict(headers)})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    finally:
        connection.close()


def ask_code(port, *texts, **more):
    status, _, body = ask(port, "/v1/code", {"answers": list(texts), **more})
    assert status == 200, body
    return json.loads(body)["answers"]


def test_answers_are_coded_as_the_library_does(port):
    coder = Coder.load()
    found = ask_code(port, *TEXTS, mask=False)
    assert [one.pop("text") for one in found] == TEXTS
    assert found == [json.loads(json.dumps(one.to_dict())) for one in coder.code_each(TEXTS)]
    assert ask_code(port, TEXTS[0], mask=False)[0]["mentions"] == found[0]["mentions"]


def test_it_is_warm_before_anybody_is_let_in(monkeypatch):
    warmed = []

    def warm_up(coder):
        warmed.append(coder)

    monkeypatch.setattr(Coder, "warm_up", warm_up)
    with run_server() as port:
        assert warmed
        assert ask_code(port, "Prima")


def test_requests_at_once_each_get_their_own_answer(port):
    texts = [
        f"{text} {number}" for number in range(25) for text in ("Veel te duur", "Snel geleverd", "nvt", "")
    ]
    with ThreadPoolExecutor(16) as threads:
        found = list(threads.map(lambda text: ask_code(port, text, mask=False), texts))
    expected = [{"text": text, **Coder.load().code_one(text).to_dict()} for text in texts]
    assert [one for (one,) in found] == json.loads(json.dumps(expected))


def test_texts_are_masked_unless_asked_otherwise(port):
    (one,) = ask_code(port, TEXTS[0])
    assert "[telefoon]" in one["text"]
    assert "12345678" not in json.dumps(one)
    clauses = {one["text"][m["start"] : m["end"]] for m in one["mentions"]}
    assert clauses <= {"Monteur was top", "maar na 3x bellen ([telefoon]) nog geen factuur"}


def test_a_small_table_is_explained(port):
    rows = [
        {"score": score, "text": text, "segments": {"branch": branch}}
        for score, text, branch in [(9, "Snel geleverd", "Ede"), (3, f"Te laat, bel {SECRET}", "Tiel")] * 12
    ]
    status, headers, body = ask(port, "/v1/explain", {"rows": rows, "by": ["branch"]})
    assert status == 200
    assert headers["content-type"] == "application/json"
    found = json.loads(body)
    nps = [row["estimate"] for row in found["estimates"] if row["statistic"] == "nps" and not row["by"]]
    assert nps[0] == 0
    assert {"Ede", "Tiel"} <= {row["group"] for row in found["estimates"]}
    assert "12345678" not in body


STRANGE = {
    "emoji": "😀" * 10_000,
    "marks": "!" * 10_000,
    "urls": "://" * 3_000,
    "combining": "a" + "\u0301" * 9_000,
    "expanding": "\ufdfa" * 10_000,
    "controls": "pakket\x00 te\x0b laat\x1b",
    "bidi": "pakket \u202ete\u202c la\u00adat\ufeff",
    "mojibake": "cafÃ© te duur â‚¬ 5,-",
    "html": "</script><script>alert(1)</script> {{7*7}} [/] $\\frac$",
    "spaces": " " * 9_999 + "x",
    "tags": "<" * 10_000,
    "mail": "a" * 10_000,
    "formula": "=1+1",
    "missing": "NA",
}


@pytest.mark.parametrize("name", STRANGE)
def test_strange_answers_are_answered(port, name):
    start = time.monotonic()
    (one,) = ask_code(port, STRANGE[name])
    assert one["status"] in ("content", "no_content")
    assert all(0 <= m["start"] < m["end"] <= len(one["text"]) for m in one["mentions"])
    assert time.monotonic() - start < WAIT / 4


BAD = {
    "no JSON": b'{"answers": ["%b"' % SECRET.encode(),
    "no UTF-8": b'{"answers": ["\xff%b"]}' % SECRET.encode(),
    "nested": b"[" * 100_000,
    "a surrogate": b'{"answers": ["%b\\ud83d"]}' % SECRET.encode(),
    "a number": {"answers": [SECRET, 3]},
    "missing": {"answers": [SECRET, None]},
    "a bare text": {"answers": SECRET},
    "nothing": {"answers": []},
    "too many": {"answers": [SECRET] * 1_001},
    "too long": {"answers": [SECRET + "x" * 10_000]},
    "another field": {SECRET: [SECRET]},
    "not a choice": {"answers": [SECRET], "mask": SECRET},
    "an array": [SECRET],
    "a huge number": b'{"answers": [' + b"9" * 5_000 + b"]}",
}
BAD_TABLES = {
    "NaN": b'{"rows": [{"score": NaN, "text": "%b"}]}' % SECRET.encode(),
    "infinity": b'{"rows": [{"score": 1e999, "text": "%b"}]}' % SECRET.encode(),
    "out of range": {"rows": [{"score": 11, "text": SECRET}]},
    "below 0": {"rows": [{"score": -1, "text": SECRET}]},
    "a half": {"rows": [{"score": 8.5, "text": SECRET}]},
    "a score in words": {"rows": [{"score": SECRET, "text": SECRET}]},
    "true": {"rows": [{"score": True, "text": SECRET}]},
    "a name that is an answer": {"rows": [{"score": 1, "segments": {SECRET: SECRET}}]},
    "no such segment": {"rows": [{"score": 1, "text": SECRET}], "by": ["branch"]},
    "no score": {"rows": [{"text": SECRET}]},
    "a name of ours": {"rows": [{"score": 1, "text": SECRET, "segments": {"answer_id": "x"}}]},
}


@pytest.mark.parametrize(
    "path, body",
    [("/v1/code", body) for body in BAD.values()] + [("/v1/explain", body) for body in BAD_TABLES.values()],
    ids=[*BAD, *BAD_TABLES],
)
def test_bad_input_is_refused_without_a_word_of_it(port, path, body, capfd, caplog):
    status, _, said = ask(port, path, body)
    assert status in (400, 422)
    assert json.loads(said)["detail"]
    shown = said + caplog.text + "".join(capfd.readouterr())
    assert "geheim" not in shown
    assert "12345678" not in shown
    assert ask(port, "/healthz", method="GET")[0] == 200


def test_what_fails_inside_says_and_logs_nothing_of_an_answer(port, monkeypatch, caplog, capfd):
    def fail(_, texts):
        raise RuntimeError(texts[0])

    monkeypatch.setattr(service, "_code_both", fail)
    status, _, said = ask(port, "/v1/code", {"answers": [SECRET]})
    assert status == 500
    assert "geheim" not in said + caplog.text + "".join(capfd.readouterr())
    assert "RuntimeError" in caplog.text
    monkeypatch.undo()
    assert ask_code(port, "Prima")


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "in pieces"])
def test_a_large_body_is_refused(narrow, declared):
    body = b'{"answers": ["' + b"x" * 300_000 + b'"]}'
    pieces = body if declared else (body[start : start + 1_000] for start in range(0, len(body), 1_000))
    connection = http.client.HTTPConnection("127.0.0.1", narrow, timeout=WAIT)
    connection.request("POST", "/v1/code", pieces, KEY, encode_chunked=not declared)
    assert connection.getresponse().status == 413
    connection.close()


def test_fifty_megabytes_are_refused_before_they_are_sent(narrow):
    with socket.create_connection(("127.0.0.1", narrow), timeout=WAIT) as wire:
        wire.sendall(
            b"POST /v1/code HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sleutel\r\n"
            b"Content-Length: 50000000\r\n\r\n"
        )
        assert b" 413 " in wire.recv(1_000)


def test_a_slow_sender_is_let_go(narrow):
    with socket.create_connection(("127.0.0.1", narrow), timeout=WAIT) as wire:
        wire.sendall(
            b"POST /v1/code HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sleutel\r\n"
            b"Content-Length: 10\r\n\r\n{"
        )
        assert b" 408 " in wire.recv(1_000)


def test_no_http_is_no_harm(port):
    with socket.create_connection(("127.0.0.1", port), timeout=WAIT) as wire:
        wire.sendall(b"\x16\x03\x01 geen http\r\n\r\n")
        assert b" 400 " in wire.recv(1_000)
    assert ask(port, "/readyz", method="GET")[0] == 200


KEY = {"Authorization": "Bearer sleutel", "Content-Type": "application/json"}


def test_a_full_queue_says_when_to_come_back(narrow):
    status, headers, _ = ask(narrow, "/v1/explain", {"rows": [{"score": 1}]}, headers=KEY)
    assert status == 503
    assert headers["retry-after"] == "1"
    body = {"answers": ["prima"] * 100}
    with ThreadPoolExecutor(16) as threads:
        found = list(threads.map(lambda _: ask(narrow, "/v1/code", body, headers=KEY), range(64)))
    statuses = {status for status, _, _ in found}
    assert statuses == {200, 503}
    assert all("retry-after" in headers for status, headers, _ in found if status == 503)


@pytest.mark.parametrize(
    "wrong", [None, "sleutel", "Bearer", "Bearer sleutel2", "Bearer sl\u00e9utel", "Basic sleutel"]
)
def test_a_wrong_key_is_refused(narrow, wrong):
    headers = {} if wrong is None else {"Authorization": wrong}
    for method, path in (("POST", "/v1/code"), ("POST", "/v1/explain"), ("GET", "/metrics")):
        assert ask(narrow, path, b"{}", method=method, headers=headers)[0] == 401
    for path in ("/healthz", "/readyz", "/openapi.json"):
        assert ask(narrow, path, method="GET", headers=headers)[0] == 200


def test_the_right_key_is_let_in_and_counted(narrow):
    assert ask(narrow, "/v1/code", {"answers": ["Prima"]}, headers=KEY)[0] == 200
    status, headers, shown = ask(narrow, "/metrics", method="GET", headers=KEY)
    assert status == 200
    assert headers["content-type"].startswith("text/plain")
    counts = dict(line.rsplit(" ", 1) for line in shown.splitlines() if not line.startswith("#"))
    assert float(counts["why_nps_answers_total"]) >= 1
    assert float(counts['why_nps_requests_total{path="/v1/code",status="200"}']) >= 1
    assert float(counts["why_nps_waiting_answers"]) == 0


def test_the_description_has_examples_that_work(port):
    described = json.loads(ask(port, "/openapi.json", method="GET")[2])
    for path, form in (("/v1/code", "CodeRequest"), ("/v1/explain", "ExplainRequest")):
        (example,) = described["components"]["schemas"][form]["examples"]
        assert ask(port, path, example)[0] == 200


def test_a_stop_loses_no_request_that_was_accepted(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    arguments = ["-m", "why_nps.cli", "serve", "--port", str(port)]
    server = subprocess.Popen([sys.executable, *arguments], cwd=tmp_path, stderr=subprocess.PIPE)
    try:
        wait_for(port)
        body = {"answers": [f"Pakket {number} kwam te laat, maar aardige mensen" for number in range(400)]}
        with ThreadPoolExecutor(4) as threads:
            asked = [threads.submit(ask, port, "/v1/code", body) for _ in range(4)]
            while not count_waiting(port):
                assert not any(one.done() for one in asked)
            server.terminate()
            assert [one.result()[0] for one in asked] == [200] * 4
        server.wait(WAIT)
        assert b"Traceback" not in server.stderr.read()
    finally:
        server.kill()
        server.wait(WAIT)
        server.stderr.close()


def wait_for(port):
    deadline = time.monotonic() + WAIT
    while True:
        try:
            assert ask(port, "/readyz", method="GET")[0] == 200
        except ConnectionRefusedError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return


def count_waiting(port):
    shown = ask(port, "/metrics", method="GET")[2]
    (line,) = [line for line in shown.splitlines() if line.startswith("why_nps_waiting_answers ")]
    return float(line.split()[1])


def test_schemathesis_finds_nothing(port, tmp_path):
    config = Path(__file__).with_name("schemathesis.toml")
    options = ["--max-examples", "5", "--phases", "examples,fuzzing", "--seed", "1", "--checks", "all"]
    program = Path(sys.executable).with_name("schemathesis")
    done = subprocess.run(
        [
            program,
            "--config-file",
            config,
            "run",
            f"http://127.0.0.1:{port}/openapi.json",
            "--no-color",
            *options,
        ],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout[:4_000]
