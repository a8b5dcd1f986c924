// Transcribes 16 kHz mono 16-bit samples from standard input with libwhisper's own defaults, and prints the text.
//   whisper-defaults MODEL LANGUAGE < SAMPLES
#include <stdio.h>
#include <stdlib.h>
#include <whisper.h>

static void quiet(enum ggml_log_level level, const char *text, void *data) {
  (void)level, (void)text, (void)data;
}

int main(int count, char **arguments) {
  if (count != 3) return 64;
  whisper_log_set(quiet, NULL);
  struct whisper_context *context =
      whisper_init_from_file_with_params(arguments[1], whisper_context_default_params());
  if (!context) return 66;
  size_t capacity = 1 << 20, length = 0, got;
  short *samples = malloc(capacity * sizeof *samples);
  while ((got = fread(samples + length, sizeof *samples, capacity - length, stdin)) > 0) {
    length += got;
    if (length == capacity) samples = realloc(samples, (capacity *= 2) * sizeof *samples);
  }
  float *floats = malloc(length * sizeof *floats);
  for (size_t i = 0; i < length; i++) floats[i] = samples[i] / 32768.0f;
  // What whisper-cli takes when it is told nothing else.
  struct whisper_full_params parameters = whisper_full_default_params(WHISPER_SAMPLING_BEAM_SEARCH);
  parameters.language = arguments[2];
  parameters.n_threads = 2;
  parameters.print_progress = false;
  if (whisper_full(context, parameters, floats, (int)length) != 0) return 70;
  for (int i = 0; i < whisper_full_n_segments(context); i++) printf("%s\n", whisper_full_get_segment_text(context, i));
  whisper_free(context);
  return 0;
}
