-- Closes an active conversation or one in wrap-up, and puts it on the archive's outbox.
-- KEYS    conversation, log, agent, agent sessions, held, routing stream, live, outbox
-- ARGV    now or '', prefix, conversation id, agent id, assign_epoch, reason, disposition, last seq of the log
--         ('0': whatever it is), audience, draft, ...
-- RETURNS {'ok'} | {'stale_assignment'} | {'illegal_state'} | {'not_found'}
-- Invariants: closed once; the reason given when the talk ended stays; a repeat changes nothing.
local now = now_ms(ARGV[1])
local conversation, log, agent, sessions, held, stream, live, outbox = unpack(KEYS)
local prefix, id, agent_id = ARGV[2], ARGV[3], ARGV[4]
local c = call('HMGET', conversation, 'status', 'agent', 'assign_epoch', 'weight', 'reason', 'consult', 'seq')
if not c[1] then return {'not_found'} end
if c[2] ~= agent_id or c[3] ~= ARGV[5] then return {'stale_assignment'} end
if c[1] == 'closed' then return {'ok'} end
if (c[1] ~= 'active' and c[1] ~= 'wrap_up') or (ARGV[8] ~= '0' and c[7] ~= ARGV[8]) then return {'illegal_state'} end
expect_type('XLEN', log, stream, outbox)
expect_type('HLEN', agent, sessions)
expect_type('SCARD', held, live)
append_events(conversation, log, id, prefix, now, drafts_from(9))
end_consult(conversation, prefix, c[6])
call('HSET', conversation, 'status', 'closed', 'deadline', '', 'disposition', ARGV[7], 'closed', now,
  'reason', c[1] == 'wrap_up' and c[5] or ARGV[6])
call('SREM', live, id)
call('XADD', outbox, '*', 'c', id, 't', now)
release_agent(agent, held, id, tonumber(c[4]), now)
emit_conversation(conversation, stream, id)
emit_agent(agent, stream, agent_id)
notify_agent(prefix, sessions, agent_id)
return {'ok'}
