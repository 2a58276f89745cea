-- Appends messages and notes of one turn of a shard's loop, each checked and answered for itself.
-- KEYS    per message: conversation, log
-- ARGV    now or '', channel prefix, then per message: conversation id, role (c customer, a owner, s other staff),
--         sender, assign_epoch, instance, number, digest, audience (A or S), draft
-- RETURNS per message: "ok SEQ TIME" | "repeat SEQ" (same number, same body) | "older" (an earlier number)
--         | "next NUMBER" (it skips ahead) | an error word
-- Invariants: number = last + 1 or nothing is written; seq has no holes; nothing is written before all checks of a message.
local now, prefix = now_ms(ARGV[1]), ARGV[2]
local answers, outgoing, order = {}, {}, {}

local function collect(list, out, skip)
  for endpoint in string.gmatch(list or '', '%S+') do
    if not skip[endpoint] then
      skip[endpoint] = true
      if not outgoing[endpoint] then
        outgoing[endpoint] = {}
        order[#order + 1] = endpoint
      end
      local parts = outgoing[endpoint]
      parts[#parts + 1] = out
    end
  end
end

local function refusal(m, role, sender, assign_epoch, audience)
  local status = m[1]
  if not status then return 'not_found' end
  if role == 'c' and m[2] ~= sender then return 'not_found' end
  if status == 'closed' or (status == 'wrap_up' and audience == 'A') then return 'conversation_closed' end
  if role == 'a' and (m[3] ~= sender or m[4] ~= assign_epoch or status == 'queued' or status == 'offered') then
    return 'stale_assignment'
  end
end

for i = 1, #KEYS / 2 do
  local conversation, log = KEYS[2 * i - 1], KEYS[2 * i]
  local b = 3 + (i - 1) * 9
  local id, role, sender, assign_epoch = ARGV[b], ARGV[b + 1], ARGV[b + 2], ARGV[b + 3]
  local field, number, digest, audience = 'd:' .. ARGV[b + 4], tonumber(ARGV[b + 5]), ARGV[b + 6], ARGV[b + 7]
  local m = call('HMGET', conversation, 'status', 'visitor', 'agent', 'assign_epoch', 'seq', 'all', 'ec', 'ea', 'ew', field)
  local last, last_seq, last_digest = string.match(m[10] or '0 0 0', '^(%d+) (%d+) (%d+)$')
  last = tonumber(last)
  local word = m[1] and not (role == 'c' and m[2] ~= sender) and (
    (number == last and number > 0 and (last_digest == digest and 'repeat ' .. last_seq or 'conflict')) or (number < last and 'older'))
  word = word or refusal(m, role, sender, assign_epoch, audience)
  if not word and number > last + 1 then word = string.format('next %d', last + 1) end
  if not word then
    local seq, all = tonumber(m[5]) + 1, tonumber(m[6])
    local bytes = stamp(ARGV[b + 8], seq, all, now)
    call('XADD', log, seq .. '-0', 'e', bytes)
    call('HSET', conversation, 'seq', seq, 'all', audience == 'A' and seq or all, field, number .. ' ' .. seq .. ' ' .. digest)
    local out, skip = record(audience, id, bytes), {}
    collect(m[8], out, skip)
    collect(m[9], out, skip)
    if audience == 'A' then collect(m[7], out, skip) end
    word = string.format('ok %d %d', seq, now)
  end
  answers[i] = word
end
for _, endpoint in ipairs(order) do call('PUBLISH', prefix .. endpoint, table.concat(outgoing[endpoint])) end
return answers
