#!/usr/bin/env python3
"""Word error rate of transcripts against a reference, after the same normalisation of both.

usage: wer.py REFERENCE.txt TRANSCRIPT.txt…

Needs jiwer. The normaliser takes what differs in writing and not in hearing: case, punctuation, digits against words
(digit by digit), English contractions.
"""
import pathlib
import re
import sys

import jiwer

DIGITS = dict(zip("zero one two three four five six seven eight nine".split(), "0123456789")) | {"oh": "0", "ten": "1 0"}
CONTRACTIONS = {"'s": " is", "'re": " are", "'ve": " have", "'ll": " will", "'m": " am", "'d": " would", "n't": " not"}


def normalised(text):
    text = text.lower().replace("’", "'").replace("%", " percent ").replace("$", " dollar ")
    text = re.sub(r"\([^)]*\)", " ", text)  # remarks such as "(9 seconds of silence)"
    text = re.sub(r"[^a-z0-9' ]+", " ", text.replace("\n", " "))
    text = re.sub(r"(\d)(?=\d)", r"\1 ", text)
    for short, long in CONTRACTIONS.items():
        text = re.sub(rf"{short}\b", long, text)
    return " ".join(DIGITS.get(word, word) for word in text.replace("'", "").split())


def main():
    reference = normalised(pathlib.Path(sys.argv[1]).read_text())
    for path in sys.argv[2:]:
        result = jiwer.process_words(reference, normalised(pathlib.Path(path).read_text()))
        print(
            f"{path}: WER {100 * result.wer:.2f} % of {len(reference.split())} words, {result.substitutions} replaced, "
            f"{result.insertions} added, {result.deletions} lost"
        )


if __name__ == "__main__":
    main()
