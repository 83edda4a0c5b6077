-- Sends each request of a file once, in order, over whichever connection is free. The file holds, for each
-- request, its length in decimal, a newline, and its bytes. Prints what came of it as one line of JSON.
local requests, at = {}, 0

function init(args)
  local file = assert(io.open(args[1], "rb"))
  local data = file:read("*a")
  file:close()
  local position = 1
  while position <= #data do
    local last = data:find("\n", position, true)
    local length = tonumber(data:sub(position, last - 1))
    requests[#requests + 1] = data:sub(last + 1, last + length)
    position = last + length + 1
  end
end

function request()
  at = at + 1
  -- More than were made: told below, and then the run counts for nothing.
  return requests[(at - 1) % #requests + 1]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"answered":%d,"microseconds":%d,"refused":%d,"failed":%d,"p50":%d,"p99":%d,"max":%d}\n',
    summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99), latency.max))
end
