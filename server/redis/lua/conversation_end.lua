-- The customer ends it: abandoned while waiting, ended_by_customer while an agent has it.
-- KEYS    conversation, log, agent, agent sessions, held, routing stream, live, outbox
-- ARGV    now or '', prefix, conversation id, visitor id, agent id as the caller knows it or '', draft waiting, draft active,
--         draft of the wrap-up or '', wrap-up ms (0: without end)
-- RETURNS {'ok'} | {'retry', agent} (call again with this agent) | {'not_found'} | {'illegal_state'}
-- Invariants: with an owner and a wrap-up draft the owner keeps its slot until it has recorded the outcome; an agent that was
--         only asked is not named as the owner of what is closed, and its idle time goes on.
local now = now_ms(ARGV[1])
local prefix, id = ARGV[2], ARGV[3]
local conversation, log, agent, sessions, held, stream, live, outbox = unpack(KEYS)
local m = call('HMGET', conversation, 'status', 'visitor', 'agent', 'weight', 'consult')
if not m[1] or m[2] ~= ARGV[4] then return {'not_found'} end
if m[1] == 'closed' or m[1] == 'wrap_up' then return {'ok'} end
if m[3] ~= ARGV[5] then return {'retry', m[3]} end
expect_type('XLEN', log, stream, outbox)
expect_type('HLEN', agent, sessions)
expect_type('SCARD', held, live)
local active = m[1] == 'active'
if active and ARGV[8] ~= '' then
  append_events(conversation, log, id, prefix, now, {'A', ARGV[8]})
  end_consult(conversation, prefix, m[5])
  call('HSET', conversation, 'status', 'wrap_up', 'reason', 'ended_by_customer',
    'deadline', ARGV[9] ~= '0' and string.format('%d', now + tonumber(ARGV[9])) or '')
else
  append_events(conversation, log, id, prefix, now, {'A', active and ARGV[7] or ARGV[6]})
  end_consult(conversation, prefix, m[5])
  call('HSET', conversation, 'status', 'closed', 'agent', active and m[3] or '', 'offer', '', 'deadline', '', 'closed', now,
    'reason', active and 'ended_by_customer' or 'abandoned')
  call('SREM', live, id)
  call('XADD', outbox, '*', 'c', id, 't', now)
  if m[3] ~= '' then release_agent(agent, held, id, tonumber(m[4]), active and now) end
end
emit_conversation(conversation, stream, id)
if m[3] ~= '' then
  emit_agent(agent, stream, ARGV[5])
  notify_agent(prefix, sessions, ARGV[5])
end
return {'ok'}
