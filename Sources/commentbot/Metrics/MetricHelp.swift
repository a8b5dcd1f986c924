/// What each name in `/metrics` means.
enum MetricHelp {
  static let texts = [
    "commentbot_http_requests_total": "Requests answered, by method, route and status.",
    "commentbot_http_request_duration_seconds": "Time until an answer began, by method and route.",
    "commentbot_jobs": "Jobs, by state.",
    "commentbot_queue_age_seconds": "How long the job has waited that has waited longest; 0 when none waits.",
    "commentbot_job_attempts_total": "Attempts at jobs that this process ended, by how.",
    "commentbot_stage_seconds": "Time that the stages of jobs took.",
    "commentbot_transcribed_seconds_total": "Audio that jobs transcribed.",
    "commentbot_dropped_seconds_total": "Audio that is not in the transcripts of jobs, by reason.",
    "commentbot_real_time_factor": "Time for transcribing a second of the last job's audio; 0 before the first.",
    "commentbot_tokens_total": "Tokens that language models read and wrote for jobs.",
    "commentbot_webhook_tries_total": "Tries to call back, by what the delivery is after them.",
    "commentbot_schedule_runs_total": "Runs of what is done now and then, by schedule and result.",
    "commentbot_schedule_seconds": "How long the last run took, by schedule.",
    "commentbot_audio_cache_bytes": "What the audio-cache takes on the disk.",
    "commentbot_whisper_cancelled_total": "Transcriptions whose client went away.",
    "commentbot_whisper_failed_streams_total": "Streams that ended with an error after their status was sent.",
    "commentbot_whisper_audio_seconds_total": "Audio transcribed.",
    "commentbot_whisper_engine_seconds_total": "Time that this took.",
    "commentbot_whisper_real_time_factor": "Time for a second of audio; 0 before the first.",
    "commentbot_whisper_queue_depth": "Requests that are uploading, waiting or being transcribed.",
    "commentbot_whisper_queue_waiting": "Those of them that wait for their turn.",
    "commentbot_whisper_queue_capacity": "Requests that may be there at once.",
    "commentbot_whisper_model_loaded": "Whether the model is in memory.",
  ]
}
