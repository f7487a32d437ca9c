"""Trials: every hostile input given to the package, and what went wrong with it, by name.

Each trial takes how many inputs to make up beside those of `hostile` and a seed, and returns a `Result`.
"""

from __future__ import annotations

import os
import random
import signal
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import hostile
import pandas as pd
from faults import read_tree

import why_nps
from why_nps.errors import InputError, InputTypeError, JobError, ModelError
from why_nps.reading.scores import parse_score
from why_nps.text import mask_personal_data, normalise_answer
from why_nps.themes import save_bundle

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from why_nps import CodedText

CANARY = "kanarie"
ALLOWED = 50.0  # milliseconds an answer


@dataclass(slots=True)
class Result:
    """What came of a trial.

    Parameters
    ----------
    name : str
    tried, survived, lost : int
        Inputs given, those that were read or refused as they must be, and answers or files gone wrong.
    wrong : list of str
        What went wrong, with the name of the input.
    slowest : float
        Milliseconds of processor time that the slowest answer took; 0 where that is not the point.
    slowest_name : str
    """

    name: str
    tried: int = 0
    wrong: list[str] = field(default_factory=list)
    slowest: float = 0.0
    slowest_name: str = ""

    def check(self, name: str, trial: Callable[[], str]) -> None:
        """Try one input; the trial returns what is wrong, or "" where nothing is."""
        self.tried += 1
        try:
            wrong = trial()
        except Exception as error:  # noqa: BLE001 - any at all is what is looked for
            wrong = f"{type(error).__name__}: {error}"[:300]
        if wrong:
            self.wrong.append(f"{name}: {wrong}")


def try_answers(made_up: int, seed: int) -> Result:
    """Code and mask every answer by itself, and then all of them at once."""
    result = Result("answers")
    dice = random.Random(seed)  # noqa: S311 - seeded
    answers = [*hostile.ANSWERS]
    answers += [
        hostile.Answer(f"made up {number}", hostile.make_up_answer(dice)) for number in range(made_up)
    ]
    for warm in (
        "goed Ã© Smith the very nice",
        "xyzzy foo bar baz quux lorem",
    ):  # loads what is loaded when used
        why_nps.code_one(warm)
    for answer in answers:
        result.check(answer.name, lambda answer=answer: _try_answer(answer, result))
    result.check("all at once", lambda: _try_together([answer.text for answer in answers]))
    return result


def _try_answer(answer: hostile.Answer, result: Result) -> str:
    begin = time.process_time()
    found = why_nps.code_one(answer.text)
    took = 1000 * (time.process_time() - begin)
    for _ in range(3 if took > ALLOWED else 0):  # again: other processes may have taken the caches away
        begin = time.process_time()
        why_nps.code_one(answer.text)
        took = min(took, 1000 * (time.process_time() - begin))
    if took > result.slowest:
        result.slowest, result.slowest_name = took, answer.name
    mended = normalise_answer(answer.text)
    mask_personal_data(mended.text).text.encode()
    if answer.repair and answer.repair not in mended.repairs:
        return f"{answer.repair} is not told but {mended.repairs}"
    if answer.status and found.status != answer.status:
        return f"status {found.status}, not {answer.status}"
    if any(not 0 <= said.start < said.end <= len(answer.text) for said in found.mentions):
        return "a mention lies outside the answer"
    if answer.plain and _themes(found) != _themes(why_nps.code_one(answer.plain)):
        return "other themes than its plain spelling"
    return "" if took <= ALLOWED else f"took {took:.0f} ms"


def _themes(found: CodedText) -> list[tuple[str, str]]:
    return [(mention.theme, mention.kind) for mention in found.mentions]


def _try_together(texts: list[str]) -> str:
    missing = [None, float("nan"), pd.NA, pd.NaT]
    coded = why_nps.code([*texts, *missing])
    kept = coded.screening["answer_id"].tolist() == [str(n + 1) for n in range(len(texts) + len(missing))]
    empty = coded.screening["status"].tolist()[-len(missing) :]
    return "" if kept and set(empty) == {"empty"} else "a row is lost, or a missing answer is not empty"


def try_scores() -> Result:
    """Parse every score cell of the list."""
    result = Result("score cells")
    for cell, wanted in hostile.SCORES:
        found = parse_score(cell)
        told = found.reason or found.value
        result.check(repr(cell), lambda told=told, wanted=wanted: "" if told == wanted else f"{told!r}")
    return result


def try_files(folder: Path, made_up: int, seed: int) -> Result:
    """Read every file; each is read as it is, or refused with one error that tells no answer."""
    result = Result("files")
    for file in hostile.list_files(CANARY):
        result.check(file.name, lambda file=file: _try_file(folder, file))
    dice = random.Random(seed)  # noqa: S311 - seeded
    for number in range(made_up):
        name, content = hostile.make_up_file(dice)
        file = hostile.File("", name, content)
        result.check(f"made up {number}", lambda file=file: _try_file(folder, file, sure=False))
    return result


def _try_file(folder: Path, file: hostile.File, *, sure: bool = True) -> str:
    path = folder / file.filename
    path.write_bytes(file.content)
    try:
        answers = why_nps.read_answers(path)
    except InputError as error:
        told = str(error)
        if not sure:
            return ""
        missing = [word for word in (file.filename, *file.error) if word not in told]
        if not file.error or missing or CANARY in told:
            return f"the error says {told.replace(CANARY, '(the answer)')!r}"
        return ""
    if not sure:
        return ""
    texts, ids = tuple(answers.frame["text"]), tuple(answers.frame["answer_id"])
    if file.error or texts != file.texts or (file.ids and ids != file.ids):
        return f"read as {len(texts)} answers"
    return "" if file.note in str(answers.report) else f"{file.note!r} is not told"


def try_types() -> Result:
    """Give what are no texts."""
    result = Result("what are no texts")
    for name, wrong in hostile.NO_TEXTS.items():
        for call in (
            lambda wrong=wrong: why_nps.code(["goed", wrong]),
            lambda wrong=wrong: why_nps.code_one(wrong),
        ):
            result.check(name, lambda call=call, name=name: _try_refused(call, InputTypeError, name))
    for bare in ("goed", b"goed"):
        result.check("bare", lambda bare=bare: _try_refused(lambda: why_nps.code(bare), InputError, "single"))
    return result


def _try_refused(call: Callable[[], object], kind: type[Exception], word: str) -> str:
    try:
        call()
    except kind as error:
        return "" if word in str(error) and "geheim" not in str(error) else str(error)
    return "was taken"


def try_models(folder: Path, made_up: int, seed: int) -> Result:
    """Damage the files of a model, one at a time: each must give the one error."""
    result = Result("damaged models")
    home = folder / "model"
    save_bundle(why_nps.load_bundle(), home)
    return _damage_all(result, home, made_up, seed, lambda: _must_fail(home))


def _must_fail(home: Path) -> str:
    try:
        why_nps.load_bundle(home)
    except ModelError:
        return ""
    return "was loaded"


def try_jobs(folder: Path, export: Path, made_up: int, seed: int) -> Result:
    """Damage what `classify` wrote: it is read back as it was, or the one error tells."""
    result = Result("damaged folders of classify")
    home = folder / "coded"
    why_nps.code_file(export, home, part_rows=20)
    whole = why_nps.read_coded(home)
    return _damage_all(result, home, made_up, seed, lambda: _same_or_refused(home, whole))


def _same_or_refused(home: Path, whole: why_nps.Coded) -> str:
    try:
        found = why_nps.read_coded(home)
    except JobError:
        return ""
    tables = ("screening", "clauses", "mentions", "flags")
    same = all(getattr(found, name).equals(getattr(whole, name)) for name in tables)
    return "" if same and found.answers.frame.equals(whole.answers.frame) else "was read as something else"


def try_workers(folder: Path, export: Path, times: int) -> Result:
    """Kill a worker process while it codes: the output is that of one process."""
    from joblib.externals.loky import reusable_executor

    result = Result("worker processes killed")
    why_nps.code_file(export, folder / "alone", part_rows=10)
    alone = read_tree(folder / "alone")
    for number in range(times):
        left = [number]

        def kill(_done: int, _total: int, left: list[int] = left) -> None:
            if left:
                left.clear()
                os.kill(next(iter(reusable_executor._executor._processes)), signal.SIGKILL)  # noqa: SLF001

        def code(out: Path = folder / f"workers{number}", kill: Callable[[int, int], None] = kill) -> str:
            why_nps.code_file(export, out, part_rows=10, jobs=2, progress=kill)
            return "" if read_tree(out) == alone else "another output"

        result.check(str(number), code)
    return result


def _damage_all(result: Result, home: Path, times: int, seed: int, judge: Callable[[], str]) -> Result:
    dice = random.Random(seed)  # noqa: S311 - seeded
    files = sorted(path for path in home.rglob("*") if path.is_file() and path.stat().st_size)
    for number in range(times):
        path = dice.choice(files)
        before = path.read_bytes()
        path.write_bytes(hostile.damage(before, dice))
        result.check(f"{number}, {path.relative_to(home)}", judge)
        path.write_bytes(before)
    return result
