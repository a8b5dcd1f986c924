"""Speech by libespeak-ng together with the times at which it speaks each word."""

import ctypes
import ctypes.util

RETRIEVAL = 1
PHONEME_EVENTS = 1
CHARS_UTF8 = 1
LIST_TERMINATED, WORD, PHONEME = 0, 1, 7


class Id(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int), ("unique_identifier", ctypes.c_uint), ("text_position", ctypes.c_int),
        ("length", ctypes.c_int), ("audio_position", ctypes.c_int), ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p), ("id", Id)]


Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event))


class Speaker:
    """One process may have one: the library hangs when it is begun again."""

    def __init__(self):
        self.library = ctypes.CDLL(ctypes.util.find_library("espeak-ng") or "libespeak-ng.so.1")
        self.rate = self.library.espeak_Initialize(RETRIEVAL, 0, None, PHONEME_EVENTS)
        self.callback = Callback(self._take)
        self.library.espeak_SetSynthCallback(self.callback)

    def speak(self, text, voice, words_a_minute=150):
        """Samples (16 bit, at `rate`) and (word, start, end) of each word in seconds."""
        self.samples, self.marks = bytearray(), []
        self.library.espeak_SetVoiceByName(voice.encode())
        self.library.espeak_SetParameter(1, words_a_minute, 0)
        data = text.encode()
        self.library.espeak_Synth(data, len(data) + 1, 0, 1, 0, CHARS_UTF8, None, None)
        self.library.espeak_Synchronize()
        return bytes(self.samples), self._words(text)

    def _take(self, wave, count, events):
        if wave and count > 0:
            self.samples += ctypes.string_at(wave, count * 2)
        index = 0
        while events[index].type != LIST_TERMINATED:
            event = events[index]
            if event.type == WORD:
                self.marks.append((event.audio_position / 1000, "word", event.text_position - 1, event.length))
            elif event.type == PHONEME:
                # A pause is written with underscores; the end of a clause has an empty name.
                name = event.id.string.decode(errors="replace")
                self.marks.append((event.audio_position / 1000, "phoneme" if name.strip("_:| ") else "pause", 0, 0))
            index += 1
        return 0

    def _words(self, text):
        words, end = [], len(self.samples) / 2 / self.rate
        for index, (time, kind, position, length) in enumerate(self.marks):
            if kind != "word":
                continue
            later = self.marks[index + 1:]
            stop = next((mark[0] for mark in later if mark[1] in ("word", "pause") and mark[0] > time), end)
            words.append((text[position:position + length], time, stop))
        return words
