"""Asks a whisper service everything that OpenAI's SDK can ask of the audio endpoints.

Usage: openai_sdk.py URL ENGLISH.wav SPANISH.wav

The SDK validates strictly: an answer that is not as its schemas say is an error.
"""

import sys

import openai

url, english, spanish = sys.argv[1:]
client = openai.OpenAI(
    base_url=url + "/v1", api_key="none", max_retries=0, timeout=120, _strict_response_validation=True
)
passed = failed = 0


def check(name, is_so, seen=None):
    global passed, failed
    if is_so:
        passed += 1
    else:
        failed += 1
        print(f"FAILED {name}: {seen!r}")


def transcribe(path=english, **fields):
    with open(path, "rb") as file:
        return client.audio.transcriptions.create(file=file, model="whisper-1", **fields)


def fails(name, kind, param, code, ask):
    try:
        seen = ask()
    except kind as error:
        check(name, (error.param, error.code) == (param, code) and error.type, (error.param, error.code, error.type))
    else:
        check(name, False, seen)


text = transcribe().text
check("json", "Monday" in text and "budget" in text and text == text.strip(), text)
check("json, usage", transcribe().usage.type == "duration")
for fields in ({"language": "en"}, {"prompt": "Committee"}, {"temperature": 0.2}, {"chunking_strategy": "auto"}):
    check(f"{fields}", "budget" in transcribe(**fields).text)
vad = {"type": "server_vad", "prefix_padding_ms": 300, "silence_duration_ms": 200, "threshold": 0.5}
check("chunking_strategy, object", "budget" in transcribe(chunking_strategy=vad).text)

check("text", transcribe(response_format="text") == text + "\n")
srt = transcribe(response_format="srt")
check("srt", srt.startswith("1\n00:00:0") and " --> " in srt and "," in srt.split("\n")[1], srt)
vtt = transcribe(response_format="vtt")
check("vtt", vtt.startswith("WEBVTT\n\n00:0") and "." in vtt.split("\n")[2], vtt)
lines = [line for line in srt.split("\n") if line and "-->" not in line and not line.isdigit()]
check("srt, text is stripped", " ".join(lines) == text, lines)

verbose = transcribe(response_format="verbose_json")
check("verbose_json", verbose.text == text and verbose.language == "english", verbose)
check("verbose_json, segments by default", verbose.segments and verbose.words is None)
check("verbose_json, usage", verbose.usage.type == "duration" and verbose.usage.seconds >= verbose.duration)
words = transcribe(response_format="verbose_json", timestamp_granularities=["word"])
check("word", words.words and words.segments is None, words)
check("word, in order", all(a.start <= b.start for a, b in zip(words.words, words.words[1:])))
both = transcribe(response_format="verbose_json", timestamp_granularities=["word", "segment"])
check("word and segment", both.words and both.segments)
segment = transcribe(response_format="verbose_json", timestamp_granularities=["segment"])
check("segment", segment.segments and segment.words is None)
likely = transcribe(include=["logprobs"])
check("logprobs", "".join(token.token for token in likely.logprobs).strip() == text, likely)
check("logprobs, 0 or less", all(token.logprob <= 0 and token.bytes for token in likely.logprobs), likely)
vad = {"type": "server_vad", "prefix_padding_ms": 300, "silence_duration_ms": 200, "threshold": 0.5}
check("chunking_strategy", transcribe(chunking_strategy=vad).text == text)
diarized = transcribe(response_format="diarized_json", chunking_strategy="auto")
check("diarized_json", diarized.text == text and all(s.speaker == "A" for s in diarized.segments), diarized)

events = list(transcribe(stream=True))
deltas = [event for event in events if event.type == "transcript.text.delta"]
check("stream, deltas", "".join(event.delta for event in deltas) == text, events)
check("stream, no logprobs", not events[-1].logprobs and not deltas[0].logprobs, events[-1])
check("stream, done", events[-1].type == "transcript.text.done" and events[-1].text == text, events[-1])
events = list(transcribe(stream=True, include=["logprobs"]))
tokens = [token.token for event in events if event.type == "transcript.text.delta" for token in event.logprobs]
check("stream, logprobs", tokens == [token.token for token in likely.logprobs], events)
check("stream, logprobs at the end", [token.token for token in events[-1].logprobs] == tokens, events[-1])
events = list(transcribe(stream=True, response_format="diarized_json"))
segments = [event for event in events if event.type == "transcript.text.segment"]
check("stream, segments", " ".join(event.text for event in segments) == text, segments)

with open(spanish, "rb") as file:
    translation = client.audio.translations.create(file=file, model="whisper-1", response_format="verbose_json")
check("translation", translation.language == "english" and translation.segments, translation)
check("spanish", transcribe(spanish, response_format="verbose_json").language == "spanish")

models = [model.id for model in client.models.list()]
check("models", "whisper-1" in models, models)
check("model", client.models.retrieve(models[0]).id == models[0])

bad = openai.BadRequestError
fails("word with json", bad, "timestamp_granularities[]", None, lambda: transcribe(timestamp_granularities=["word"]))
fails(
    "logprobs with text", bad, "include[]", None, lambda: transcribe(include=["logprobs"], response_format="text")
)
fails("unknown format", bad, "response_format", None, lambda: transcribe(response_format="docx"))
fails("unknown language", bad, "language", None, lambda: transcribe(language="xx"))
fails("temperature", bad, "temperature", None, lambda: transcribe(temperature=7))
fails("not audio", bad, "file", "unreadable_audio", lambda: transcribe(__file__))
fails("unknown model", openai.NotFoundError, "model", "model_not_found", lambda: client.models.retrieve("none"))
fails("unknown url", openai.NotFoundError, None, "unknown_url", lambda: client.files.list())

print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
