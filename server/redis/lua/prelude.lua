-- Shared by the scripts. At build time a script gets the paragraphs whose functions it uses, and this first one: Redis runs the whole
-- text at every call, and unused functions cost 1.5 us. Fields are described in server/redis/README.md.
local call = redis.call

-- Redis time in milliseconds and the microseconds beyond, or the value that a test gives.
local function now_ms(override)
  if override ~= '' then return tonumber(override), 0 end
  local t = call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000), t[2] % 1000
end

-- A script that fails keeps what it has written. So it fails before, if one of these keys is not of the type that `count` counts.
local function expect_type(count, ...)
  for _, key in ipairs({...}) do call(count, key) end
end

-- Completes an encoded Event: appends seq, prev and time_ms as fixed64 fields 1, 2, 3.
local function stamp(draft, seq, prev, now)
  return draft .. struct.pack('<BI8BI8BI8', 9, seq, 17, prev, 25, now)
end

-- One record of a bus message.
local function record(kind, id, payload)
  return kind .. struct.pack('<I2I4', #id, #payload) .. id .. payload
end

-- The words of a list "a b c".
local function words(list)
  local all = {}
  for word in string.gmatch(list or '', '%S+') do all[#all + 1] = word end
  return all
end

-- Publishes records once to every endpoint of the given lists ("a b c") that is not in `seen` yet.
local function publish(prefix, records, seen, ...)
  local bytes
  for _, list in ipairs({...}) do
    for endpoint in string.gmatch(list or '', '%S+') do
      if not seen[endpoint] then
        seen[endpoint] = true
        bytes = bytes or table.concat(records)
        call('PUBLISH', prefix .. endpoint, bytes)
      end
    end
  end
end

-- Has this node a lease that is good now?
local function lease_lives(nodes, incarnation, now)
  return (tonumber(call('ZSCORE', nodes, incarnation)) or 0) > now
end

-- The distinct endpoints of a hash session -> "incarnation endpoint".
local function endpoints(sessions)
  local seen, list = {}, {}
  for _, value in ipairs(call('HVALS', sessions)) do
    local endpoint = string.match(value, ' (%S+)$')
    if endpoint and not seen[endpoint] then
      seen[endpoint] = true
      list[#list + 1] = endpoint
    end
  end
  return table.concat(list, ' ')
end

-- Appends drafts {audience, bytes, ...} to a conversation's log and publishes them to its endpoints. Numbers become text with %d,
-- because Redis prints a Lua number with 17 digits each time.
local function append_events(conversation, log, id, prefix, now, drafts)
  if #drafts == 0 then return end
  local m = call('HMGET', conversation, 'seq', 'all', 'ec', 'ea', 'ew')
  local head, all, everyone, staff = tonumber(m[1]), tonumber(m[2]), {}, {}
  for i = 1, #drafts, 2 do
    head = head + 1
    local bytes = stamp(drafts[i + 1], head, all, now)
    call('XADD', log, string.format('%d-0', head), 'e', bytes)
    local out = record(drafts[i], id, bytes)
    staff[#staff + 1] = out
    if drafts[i] == 'A' then
      all = head
      everyone[#everyone + 1] = out
    end
  end
  call('HSET', conversation, 'seq', string.format('%d', head), 'all', string.format('%d', all))
  -- An endpoint of both sides needs the staff's records only: its hub knows who may see what.
  local seen = {}
  publish(prefix, staff, seen, m[4], m[5])
  if #everyone > 0 then publish(prefix, everyone, seen, m[3]) end
end

-- Raises the version and puts the routing state on the routing stream.
local function emit_conversation(key, stream, id)
  local version = call('HINCRBY', key, 'version', 1)
  local m = call('HMGET', key, 'status', 'department', 'skills', 'weight', 'arrival', 'agent', 'offer', 'deadline', 'assign_epoch',
    'absent', 'cooldowns', 'enqueued', 'urgent', 'step', 'reason', 'arrival_us')
  call('XADD', stream, 'MAXLEN', '~', '20000', '*', 't', 'c', 'id', id, 'version', string.format('%d', version), 'status', m[1] or '',
    'department', m[2] or '', 'skills', m[3] or '', 'weight', m[4] or '', 'arrival', m[5] or '', 'agent', m[6] or '',
    'offer', m[7] or '', 'deadline', m[8] or '', 'assign_epoch', m[9] or '', 'absent', m[10] or '', 'cooldowns', m[11] or '',
    'enqueued', m[12] or '', 'urgent', m[13] or '', 'step', m[14] or '', 'reason', m[15] or '', 'arrival_us', m[16] or '')
end

local function emit_agent(key, stream, id)
  local version = call('HINCRBY', key, 'version', 1)
  local m = call('HMGET', key, 'choice', 'reason', 'load', 'idle', 'offline', 'misses', 'asked')
  call('XADD', stream, 'MAXLEN', '~', '20000', '*', 't', 'a', 'id', id, 'version', string.format('%d', version), 'choice', m[1] or '',
    'reason', m[2] or '', 'load', m[3] or '', 'idle', m[4] or '', 'offline', m[5] or '', 'misses', m[6] or '', 'asked', m[7] or '')
end

-- Tells every shard with a session of this agent to look at it again.
local function notify_agent(prefix, sessions, id)
  publish(prefix, {record('N', id, '')}, {}, endpoints(sessions))
end

-- "agent=until,..." without what is over, with one more entry when agent is given.
local function cooldowns_with(list, now, agent, until_ms)
  local kept = {}
  for name, time in string.gmatch(list or '', '([^=,]+)=(%d+)') do
    if tonumber(time) > now and name ~= agent then kept[#kept + 1] = name .. '=' .. time end
  end
  if agent and until_ms > now then kept[#kept + 1] = agent .. '=' .. string.format('%d', until_ms) end
  return table.concat(kept, ',')
end

-- The skills without the one agent for whom it waits, or else without the wish for bots, if there is one.
local function anyones(skills)
  return (string.gsub(skills or '', '^@[^,]*,?', ''))
end

-- The arguments from index `first` on: audience, draft, audience, draft ...
local function drafts_from(first)
  local drafts = {}
  for i = first, #ARGV do drafts[#drafts + 1] = ARGV[i] end
  return drafts
end

-- Ends a consult, if there is one, once its end is in the log: the colleague's endpoints are listed no more, and its shards are told.
local function end_consult(conversation, prefix, colleague)
  if not colleague then return end
  local m = call('HMGET', conversation, 'eo', 'ek')
  call('HDEL', conversation, 'consult', 'eo', 'ek')
  call('HSET', conversation, 'ea', m[1])
  publish(prefix, {record('N', colleague, '')}, {}, m[2])
end

-- Takes a conversation out of an agent's hands, once. `now` begins its idle time; without it (it was only offered) that goes on.
local function release_agent(agent, held, id, weight, now)
  if call('SREM', held, id) == 1 then
    call('HINCRBY', agent, 'load', -weight)
    if now then call('HSET', agent, 'idle', now) end
  end
end

-- Appends for each session of a hash: session, "incarnation endpoint", 1 when its node is known.
local function tell_sessions(answer, sessions, nodes)
  local listed = call('HGETALL', sessions)
  for i = 1, #listed, 2 do
    answer[#answer + 1] = listed[i]
    answer[#answer + 1] = listed[i + 1]
    answer[#answer + 1] = call('ZSCORE', nodes, string.match(listed[i + 1], '^%S+')) and 1 or 0
  end
end
