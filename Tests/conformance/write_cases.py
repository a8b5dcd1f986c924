"""Writes transcripts and what openai-whisper's own writers make of them.

Usage: write_cases.py FOLDER COUNT
FOLDER gets cases.json, and for each case and writer a file NAME.EXTENSION; NAME.complete.json is the same JSON writer
fed with everything that CommentBot knows of a transcript.
"""

import importlib.util
import json
import os
import random
import shutil
import sys

TEXTS = [
    " Hello, world.", "  two  spaces  ", "", " ", "a --> b", "--->", "<!-- ---> -->", "tab\tin\ttext", "\tat the start",
    "line\nbreak", "carriage\r\nreturn", "\u001c\u001funit separators\u001e", "next line\u0085", "\u00a0no-break\u00a0",
    "\u3000日本語のテキスト。\u3000", "中文，测试", "한국어", "👩\u200d👩\u200d👧\u200d👦 family", " 🇫🇷🇪🇸", "🏴\U000e0067\U000e0062\U000e007f",
    "é e\u0301", " \u0301accent on a space", "\u200bzero width\u200b", "\ufeffmark", "שלום עולם", "\u202emirrored\u202c",
    "quote \" back \\ slash /", "\u2028line separator\u2029", "\x00\x01\x07\x08\x0b\x0c\x7f\x80\x9f", "</b><u>x</u>&amp;",
    "\uffff\ufffd", "\U0010ffff", "1\n00:00:00,000 --> 00:00:01,000\nfake", "$1 \\1 \\g<0>", "ı İ ß ﬁ", "a\u180eb\u2000c\u205f",
]
WORDS = [
    " Hello", " world", ",", ".", " a", " antidisestablishmentarianism", "日", "本", " 👩\u200d👩\u200d👧", " -->", "-->", " --->", " e\u0301", "\u0301",
    "", " ", "\n", " \n", "two\nlines", "end\n", "\t", " tab\t", "\u3000全角\u3000", "\u001c", "\r\n", " <u>", " \\1", "don't", " it's",
    "\n\n deep", " x\n\n",
]
TIMES = [
    0.0, 0.0005, 0.0015, 0.0025, 0.9995, 0.9994999, 59.9995, 59.9996, 59.9994, 3599.9995, 3599.9996, 3600.0, 3661.001,
    35999.9999, 359999.9996, 360000.0, 1.005, 2.675, 8.345, 1e-5, 0.1 + 0.2, 12345.678901234567, 1e-7,
]
FIGURES = [
    0.0, -0.0, 1.0, -1.0, 0.2, 0.4, 0.6000000000000001, -0.25437838235, 1e-5, 0.0001, 1e-10, 5e-324, 1e16, 9.9e15,
    123456789012345680.0, 1.7976931348623157e308, 2.4, 1 / 3, 9007199254740993.0, 1e22, 1.5e300,
]
OPTIONS = [
    {}, {"max_line_width": 20}, {"max_line_width": 20, "max_line_count": 2}, {"max_line_count": 1},
    {"max_line_width": 1, "max_line_count": 1}, {"max_words_per_line": 1}, {"max_words_per_line": 3},
    {"max_words_per_line": 2, "max_line_width": 8}, {"max_line_width": 42, "max_line_count": 2, "max_words_per_line": 4},
]


def writers(folder):
    """The module whisper.utils alone: the package itself would import torch."""
    package = importlib.util.find_spec("whisper").submodule_search_locations[0]
    spec = importlib.util.spec_from_file_location("whisper_utils", os.path.join(package, "utils.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {name: module.get_writer(name, folder) for name in ["txt", "vtt", "srt", "tsv", "json"]}


def text(pick):
    return "".join(pick.choice(TEXTS) for _ in range(pick.randint(1, 2)))


def moment(pick):
    return pick.choice(TIMES) if pick.random() < 0.5 else pick.choice([round(pick.uniform(0, 9000), 2), pick.uniform(0, 9000)])


def figure(pick):
    return pick.choice(FIGURES) if pick.random() < 0.5 else pick.uniform(-2, 3)


def words(pick):
    result, time = [], moment(pick)
    for _ in range(pick.randint(0, 14)):
        start = time + pick.choice([0.0, 0.0, 0.02, 0.3, 3.0, 3.01, 4.5])
        time = start + pick.choice([0.0, 0.0004, 0.2, 0.36])
        result.append({"word": pick.choice(WORDS), "start": start, "end": time, "probability": figure(pick)})
    return result


def segment(pick, position, with_words):
    start = moment(pick)
    result = {
        "id": position, "seek": round(start * 100), "start": start, "end": moment(pick), "text": text(pick),
        "tokens": [pick.randint(0, 51864) for _ in range(pick.randint(0, 5))],
        "temperature": figure(pick), "avg_logprob": figure(pick), "compression_ratio": figure(pick),
        "no_speech_prob": figure(pick),
    }
    if with_words:
        result["words"] = words(pick)
    return result


def extras(pick):
    options = {
        "task": pick.choice(["transcribe", "translate"]), "language": pick.choice([None, "en"]), "temperature": 0.0,
        "temperature_increment_on_fallback": 0.2, "best_of": 5, "beam_size": pick.choice([None, 1, 5]),
        "length_penalty": pick.choice([None, 1.5]), "initial_prompt": pick.choice([None, text(pick)]),
        "condition_on_previous_text": pick.random() < 0.5, "compression_ratio_threshold": 2.4, "logprob_threshold": -1.0,
        "no_speech_threshold": 0.6, "word_timestamps": pick.random() < 0.5, "vad_filter": pick.random() < 0.5,
        "hotwords": pick.choice([None, text(pick)]), "clip_timestamps": pick.choice([None, [0.5, 30.0]]),
        "hallucination_silence_threshold": pick.choice([None, 2.0]), "split_channels": pick.choice([None, True]),
        "multilingual": pick.choice([None, True]), "token_logprobs": pick.choice([None, True]),
    }
    dropped = [{"start": moment(pick), "end": moment(pick), **pick.choice(
        [{"reason": "no_speech"}, {"reason": "doubtful", "text": text(pick)}])} for _ in range(pick.randint(0, 2))]
    return {
        "duration": moment(pick), "language_probability": pick.choice([None, 0.87]),
        "languages": pick.choice([None, [{"language": "en", "probability": 0.87}, {"language": "cy", "probability": 0.1}]]),
        "engine": "libwhisper",
        "model": text(pick), "key": "abc", "options": options, "dropped": dropped,
    }


def ours(complete):
    """The transcript as CommentBot's own types are read: one option has another name."""
    options = dict(complete["options"])
    options["temperature_increment"] = options.pop("temperature_increment_on_fallback")
    return {**complete, "options": options}


def main(folder, count):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    pick = random.Random(20250625)
    write = writers(folder)
    cases = []
    for number in range(count):
        with_words = number % 2 == 1
        segments = [segment(pick, i, with_words) for i in range(pick.choice([0, 1, 2, 5, 12]))]
        result = {"text": "".join(s["text"] for s in segments), "segments": segments, "language": pick.choice(["en", "zh"])}
        options = {**pick.choice(OPTIONS), "highlight_words": with_words and pick.random() < 0.4}
        name = f"case{number:04}"
        for writer in write.values():
            writer(result, f"/somewhere/{name}.mp3", options)
        spoken = [
            {**s, **pick.choice([{}, {"language": "fr"}, {"language": "zh"}])}
            for s in segments
        ]
        complete = {**result, "segments": spoken, **extras(pick)}
        write["json"](complete, f"{name}.complete.mp3", options)
        cases.append({"name": name, "subtitles": options, "transcript": ours(complete)})
    with open(os.path.join(folder, "cases.json"), "w", encoding="utf-8") as file:
        json.dump(cases, file)
    print(f"{count} cases, {count * 6} files")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
