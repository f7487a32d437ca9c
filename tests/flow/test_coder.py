"""A coder inside other programs: threads, forked and spawned processes, an event loop, a web server."""

import asyncio
import json
import multiprocessing
import os
import socket
import subprocess
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event, Thread

import pytest

from why_nps import Coder, code_one
from why_nps.flow import mask_text

TEXTS = ["Snelle levering, maar de app werkt niet", "Veel te duur", "nvt", "Bel mij terug op 06-12345678", ""]
WAIT = 60

WSGI = """
import json
import why_nps

coder = why_nps.Coder.load()

def app(environ, start_response):
    text = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(coder.code_one(text).to_dict()).encode()]
"""

WARM = """
import functools, sys
from importlib.resources import files
from why_nps import Coder, read_answers

def count():
    caches = {
        (name, key): value.cache_info().currsize
        for name, module in list(sys.modules.items()) if name.startswith("why_nps.")
        for key, value in vars(module).items()
        if hasattr(value, "cache_info") and value.cache_info().maxsize is None
    }
    return caches, set(sys.modules)

demo = files("why_nps").joinpath("data", "demo", "demo_export.csv")
texts = read_answers(str(demo)).frame["text"].dropna().tolist()
texts += ["la p\u00c3\u00a1gina se cae", "Lekkere appeltaart", "never again", "asdfgh", "bel Sanne, 06-1234"]
coder = Coder.load()
coder.warm_up()
caches, modules = count()
assert len(caches) > 10, caches
coder.mask_each(texts, coder.code_each(texts))
later, more = count()
print({name: size for name, size in later.items() if size != caches.get(name)}, more - modules)
"""


@pytest.fixture(scope="module")
def coder():
    return Coder.load()


@pytest.fixture(scope="module")
def expected(coder):
    return [coder.code_one(text) for text in TEXTS]


def strange_words(seed):
    """Words nobody wrote before, so that a reader must work them out and remember them."""
    return " ".join(f"qx{seed}w{number}" for number in range(40))


def put_coded(queue, coder):
    queue.put(coder.code_each(TEXTS))


def test_each_is_coded_as_alone_and_as_the_shipped_model_does(coder, expected):
    assert coder.code_each(TEXTS) == expected == [code_one(text) for text in TEXTS]
    assert coder.code_each([]) == []
    tables = coder.code(TEXTS)
    assert len(tables.mentions) == sum(len(one.mentions) for one in expected)


def test_masking_moves_the_mentions_along(coder):
    typed = "Bel 06-12345678 terug,   pakket kwaaaaaaam te laat bij mevrouw Jansen"
    text, coded = mask_text(typed, coder.code_one(typed))
    assert "[telefoon]" in text
    assert "[naam]" in text
    assert [text[m.start : m.end] for m in coded.mentions if m.theme == "delivery"] == [
        "pakket kwaaam te laat bij mevrouw [naam]"
    ]


def test_importing_is_quick_and_loads_nothing_heavy():
    shown = "import time; t = time.process_time(); import why_nps, sys; t = time.process_time() - t\n"
    shown += "print(t, {'numpy', 'pandas', 'sklearn'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", shown], capture_output=True, encoding="utf-8", check=True)
    seconds, heavy = done.stdout.split(maxsplit=1)
    assert float(seconds) < 0.5
    assert heavy.strip() == "set()"


def test_threads_share_a_coder(coder, expected):
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(coder.code_one, TEXTS * 40)) == expected * 40


def test_an_event_loop_codes_in_threads(coder, expected):
    async def code_all():
        return await asyncio.gather(*(asyncio.to_thread(coder.code_one, text) for text in TEXTS))

    assert asyncio.run(code_all()) == expected


def test_a_warm_coder_reads_compiles_and_imports_nothing_more():
    done = subprocess.run([sys.executable, "-c", WARM], capture_output=True, encoding="utf-8", check=False)
    assert done.stdout.strip() == "{} set()", done.stdout + done.stderr


@pytest.mark.parametrize("flags", [None, ()], ids=["shipped codebook", "one that does not know pii"])
def test_many_are_masked_as_each_alone(coder, flags):
    if flags is not None:
        book = replace(coder.bundle.codebook, flags=flags)
        coder = Coder(replace(coder.bundle, codebook=book))
    texts = [
        *TEXTS,
        "\u201cBel\u201d Sanne!!!!!! op 06-12345678, te duuuuuur",
        "caf\u00e9, bel 06-12345678 aub",
        "heeeeeel duur",
    ]
    coded = coder.code_each(texts)
    masked = coder.mask_each(texts, coded)
    assert masked == [mask_text(text, said) for text, said in zip(texts, coded, strict=True)]
    assert not any("12345678" in text for text, _ in masked)
    assert ("pii" in coded[3].flags) == (flags is None)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # forking beside threads is what is tested
def test_processes_forked_while_a_thread_codes_do_not_hang(coder, expected):
    stop = Event()

    def keep_coding():
        seed = 0
        while not stop.is_set():
            coder.code_one(strange_words(seed))
            seed += 1

    thread = Thread(target=keep_coding)
    thread.start()
    context = multiprocessing.get_context("fork")
    try:
        for _ in range(8):
            queue = context.SimpleQueue()
            child = context.Process(target=put_coded, args=(queue, coder), daemon=True)
            child.start()
            child.join(WAIT)
            hung = child.is_alive()
            if hung:
                child.kill()
            assert not hung
            assert queue.get() == expected
    finally:
        stop.set()
        thread.join()


def test_a_spawned_process_takes_a_coder_along(coder, expected):
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.map_async(coder.code_one, TEXTS).get(WAIT) == expected


@pytest.mark.skipif(os.name == "nt", reason="gunicorn needs Unix")
@pytest.mark.parametrize("preload", [["--preload"], []], ids=["loaded before they fork", "each loads"])
def test_gunicorn_workers_code_as_the_library_does(tmp_path, expected, preload):
    (tmp_path / "form.py").write_text(WSGI)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        arguments = [*preload, "--workers", "2", "--threads", "2", "--bind", f"fd://{listener.fileno()}"]
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *arguments, "--log-level", "error", "form:app"],
            cwd=tmp_path,
            pass_fds=[listener.fileno()],
        )
        try:
            url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
            with ThreadPoolExecutor(4) as threads:
                found = list(threads.map(lambda text: post(url, text), TEXTS * 4))
            assert found == [json.loads(json.dumps(one.to_dict())) for one in expected] * 4
        finally:
            server.terminate()
            assert server.wait(WAIT) == 0


def post(url, text):
    with urllib.request.urlopen(url, text.encode(), timeout=WAIT) as answer:  # noqa: S310  our own server
        return json.load(answer)
