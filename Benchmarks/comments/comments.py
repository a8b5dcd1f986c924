"""Comments on recorded prompts: proof, coverage and cost, as tables in Markdown."""

import json
import pathlib
import re
import statistics
import subprocess
import sys
import time

SOUNDS = pathlib.Path("/usr/share/asterisk/sounds")
KINDS = ["summary", "key-points", "chapters", "action-items", "questions", "quotes", "decisions", "reactions",
         "title-and-tags"]
FIVE = ["summary", "key-points", "chapters", "questions", "decisions"]
RUNS = 3


def recording(files, target):
    """The prompts one after the other, with a second of silence behind each."""
    parts = target.with_suffix(".txt")
    silence = target.parent / "silence.wav"
    if not silence.exists():
        subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono", "-t", "1", silence],
                       check=True)
    parts.write_text("".join(f"file '{file}'\nfile '{silence}'\n" for file in files))
    subprocess.run(["ffmpeg", "-v", "error", "-f", "concat", "-safe", "0", "-i", parts, "-ar", "16000", "-ac", "1",
                    target], check=True)
    return target


def prompts(language):
    """The recorded prompts of that language that are longer than a second."""
    folder = next(SOUNDS.glob(f"{language}_*"), None) or sys.exit(f"there is no {SOUNDS}/{language}_*")
    return sorted(file for file in folder.rglob("*.wav") if file.stat().st_size > 16_000 + 44)


def commentbot(*arguments):
    """The objects that the command prints."""
    result = subprocess.run(["commentbot", *map(str, arguments), "--json"], capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(result.stderr)
    return [json.loads(line) for line in result.stdout.splitlines()]


def words(text):
    """Letters and figures alone, in lower case."""
    return re.findall(r"[^\W_]+", text.lower())


def is_said(text, item, segments):
    """Whether the text stands, word by word, in the segments of the transcript that the item cites."""
    wanted = words(text)
    cited = [word for citation in item["citations"] for word in words(segments[citation["segment"]])]
    return bool(wanted) and any(cited[start:start + len(wanted)] == wanted for start in range(len(cited)))


def quality(folder, options):
    """One row a kind, over 16 English and 8 Spanish recordings."""
    files = []
    for language, count in (("en", 16), ("es", 8)):
        all_prompts = prompts(language)
        for index in range(count):
            files.append(recording(all_prompts[index::16], folder / f"{language}{index}.wav"))
    outcomes = commentbot("process", *files, "--kinds", ",".join(KINDS), *options)
    minutes = sum(outcome["recording"]["duration"] for outcome in outcomes) / 60
    models = {comment["model"] for outcome in outcomes for comment in outcome["comments"]}
    print(f"{len(outcomes)} recordings, {minutes:.0f} minutes, by {', '.join(sorted(models))}\n")
    print("| kind | answers usable | statements written | proven | shown | quotes found | word for word | least read "
          "| s a recording |")
    print("|---|---|---|---|---|---|---|---|---|")
    for kind in KINDS:
        comments = [comment for outcome in outcomes for comment in outcome["comments"] if comment["kind"] == kind]
        answers = sum(comment["answers"] for comment in comments)
        usable = answers - sum(comment["unusable_answers"] for comment in comments)
        written = [item for comment in comments if comment["method"] == "model" for item in comment["items"]]
        unproven = sum(comment["unproven_count"] for comment in comments)
        shown, quoted, exact = 0, 0, 0
        for outcome in outcomes:
            segments = {segment["id"]: segment["text"] for segment in outcome["transcript"]["segments"]}
            for item in (item for comment in outcome["comments"] if comment["kind"] == kind for item in comment["items"]):
                shown += 1
                quoted += is_said(item.get("quote", ""), item, segments)
                exact += is_said(item["text"], item, segments)
        print(f"| {kind} | {usable} of {answers} | {len(written) + unproven} | {len(written)} | {shown} | {quoted} "
              f"| {exact} | {min(comment['coverage'] for comment in comments):.0%} "
              f"| {statistics.mean(comment['seconds'] for comment in comments):.1f} |")


def cost(folder, options):
    """Tokens that the engine computed, and wall seconds, of a quarter of an hour of prompts."""
    talk = recording(prompts("en")[:260], folder / "talk.wav")
    outcome = commentbot("process", talk, "--kinds", "none", *options)[0]
    minutes = outcome["recording"]["duration"] / 60

    def run(*kinds):
        start = time.monotonic()
        comments = commentbot("comment", "talk", "--force", "--kinds", ",".join(kinds), *options)[0]["comments"]
        seconds = time.monotonic() - start
        tokens = [comment.get("evaluated_tokens") for comment in comments]
        return (None if None in tokens else sum(tokens)), sum(c["prompt_tokens"] for c in comments), seconds

    def apart():
        parts = [run(kind) for kind in FIVE]
        return tuple(None if None in column else sum(column) for column in zip(*parts))

    systems = {"one kind (summary)": lambda: run("summary"), "five kinds together": lambda: run(*FIVE),
               "five kinds, a process each": apart}
    results = {name: [] for name in systems}
    for _ in range(RUNS):
        for name, system in systems.items():
            results[name].append(system())
            print(f"{name}: {results[name][-1]}", file=sys.stderr, flush=True)
    print(f"{minutes:.0f} minutes of prompts, {len(outcome['transcript']['segments'])} segments, medians of {RUNS}\n")
    print("| | prompt tokens computed | of one kind's | prompt tokens sent | s |\n|---|---|---|---|---|")
    base = results["one kind (summary)"][0][0]
    for name, runs in results.items():
        tokens, sent, _ = runs[0]
        seconds = statistics.median(run[2] for run in runs)
        share = f"{tokens / base:.2f}" if tokens and base else "–"
        print(f"| {name} | {tokens if tokens is not None else '–'} | {share} | {sent} | {seconds:.1f} |")


work, mode, *rest = sys.argv[1:]
{"quality": quality, "cost": cost}[mode](pathlib.Path(work), rest or ["--llm", "embedded"])
