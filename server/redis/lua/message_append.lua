-- Appends messages and notes of one turn of a shard's loop, each checked and answered for itself.
-- KEYS    per message: conversation, log
-- ARGV    now or '', channel prefix, then per message: conversation id, role (c customer, a owner, s other staff),
--         sender, assign_epoch, instance, number, digest, audience (A or S), draft
-- RETURNS per message: "ok SEQ TIME" | "repeat SEQ" (same number, same body) | "older SEQ" (an earlier number, whose event is
--         not after SEQ) | "next NUMBER" (it skips ahead) | an error word | an error of Redis
-- Invariants: number = last + 1 or nothing is written; seq has no holes; nothing is written before all checks of a message;
--         a log that cannot be written to is the trouble of its conversation alone; what else Redis refuses, it refuses before the first.
-- The most frequent script by far: numbers become text once, because Redis prints a Lua number with 17 digits each time.
local now, prefix = now_ms(ARGV[1]), ARGV[2]
local match, format, pack, try = string.match, string.format, struct.pack, redis.pcall
local now_text = format('%d', now)
local answers, outgoing, order, parsed, given = {}, {}, {}, {}, {}

-- Puts a record on the messages to the endpoints of a list, on each once; a batch meets the same few lists again and again.
local function collect(list, header, bytes, i)
  if not list or list == '' then return end
  local endpoints = parsed[list] or words(list)
  parsed[list] = endpoints
  for k = 1, #endpoints do
    local endpoint = endpoints[k]
    if not outgoing[endpoint] then
      outgoing[endpoint] = {}
      order[#order + 1] = endpoint
    end
    if given[endpoint] ~= i then
      given[endpoint] = i
      local parts, n = outgoing[endpoint], #outgoing[endpoint]
      parts[n + 1], parts[n + 2] = header, bytes
    end
  end
end

local function refusal(conversation, m, role, sender, assign_epoch, audience)
  local status = m[1]
  if not status or (role == 'c' and m[2] ~= sender) then return 'not_found' end
  if status == 'closed' or (status == 'wrap_up' and audience == 'A') then return 'conversation_closed' end
  if role == 'a' and (m[2] ~= sender or m[9] ~= assign_epoch or status == 'queued' or status == 'offered') then
    -- A colleague who is consulted writes notes; asked only now, so that nobody else pays for it.
    if audience == 'A' or call('HGET', conversation, 'consult') ~= sender then return 'stale_assignment' end
  end
end

-- What is told about a number that was used: "NUMBER SEQ DIGEST" is what the conversation remembers of an instance.
local function known(memory, number, digest)
  local last, seq, last_digest = match(memory, '^(%d+) (%d+) (%d+)$')
  if number < tonumber(last) then return 'older ' .. format('%d', math.max(0, seq - (last - number))) end
  return last_digest == digest and 'repeat ' .. seq or 'conflict'
end

for i = 1, #KEYS / 2 do
  local conversation, b = KEYS[2 * i - 1], 9 * i - 6
  local id, role, sender, number, audience = ARGV[b], ARGV[b + 1], ARGV[b + 2], tonumber(ARGV[b + 5]), ARGV[b + 7]
  -- The instance travels in every event, so the other side knows it: the memory belongs to its author.
  local field = (role == 'c' and 'd:c:' or 'd:s:' .. sender .. ':') .. ARGV[b + 4]
  local m = role == 'c' and try('HMGET', conversation, 'status', 'visitor', 'seq', 'all', 'ec', 'ea', 'ew', field)
    or try('HMGET', conversation, 'status', 'agent', 'seq', 'all', 'ec', 'ea', 'ew', field, 'assign_epoch')
  local last = m[8] and tonumber(match(m[8], '^%d+')) or 0
  local word = m.err
  if number > 0 and number <= last and m[1] and (role ~= 'c' or m[2] == sender) then word = known(m[8], number, ARGV[b + 6]) end
  word = word or refusal(conversation, m, role, sender, ARGV[b + 3], audience)
  if not word and number ~= last + 1 then word = format('next %d', last + 1) end
  if not word then
    local head, all, seq = tonumber(m[3]), m[4], format('%d', m[3] + 1)
    local bytes = stamp(ARGV[b + 8], head + 1, all == m[3] and head or all, now)
    local added = try('XADD', KEYS[2 * i], seq .. '-0', 'e', bytes)
    word = added.err
    if word and not match(word, '^WRONGTYPE ') and not match(word, '^ERR ') then return added end
    if not word then
      local header, memory = pack('<c1I2I4', audience, #id, #bytes) .. id, ARGV[b + 5] .. ' ' .. seq .. ' ' .. ARGV[b + 6]
      call('HSET', conversation, 'seq', seq, 'all', audience == 'A' and seq or all, field, memory)
      if audience == 'A' then collect(m[5], header, bytes, i) end
      for k = 6, 7 do collect(m[k], header, bytes, i) end
      word = 'ok ' .. seq .. ' ' .. now_text
    end
  end
  answers[i] = word
end
for k = 1, #order do call('PUBLISH', prefix .. order[k], table.concat(outgoing[order[k]])) end
return answers
