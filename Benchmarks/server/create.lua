-- Each request is another job: its instructions differ.
local hash = os.getenv("HASH")
local count = 0
math.randomseed(os.time())
local run = math.random(1, 1e9)
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
function request()
  count = count + 1
  local body = string.format('{"name":"a","audio_hash":"%s","instructions":"number %d of %d"}', hash, count, run)
  return wrk.format(nil, nil, nil, body)
end
