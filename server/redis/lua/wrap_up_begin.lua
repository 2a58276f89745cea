-- The talk is over; the owner keeps the slot to record the outcome.
-- KEYS    conversation, log, agent, agent sessions, routing stream
-- ARGV    now or '', prefix, conversation id, agent id, assign_epoch, reason, wrap-up ms (0: without end),
--         last seq of the log ('0': whatever it is), audience, draft, ...
-- RETURNS {'ok'} | {'stale_assignment'} | {'illegal_state'} | {'not_found'}
-- Invariants: load is unchanged; a repeat changes nothing.
local now = now_ms(ARGV[1])
local conversation, log, agent, sessions, stream = unpack(KEYS)
local prefix, id, agent_id = ARGV[2], ARGV[3], ARGV[4]
local c = call('HMGET', conversation, 'status', 'agent', 'assign_epoch', 'consult', 'seq')
if not c[1] then return {'not_found'} end
if c[2] ~= agent_id or c[3] ~= ARGV[5] then return {'stale_assignment'} end
if c[1] == 'wrap_up' then return {'ok'} end
if c[1] ~= 'active' or (ARGV[8] ~= '0' and c[5] ~= ARGV[8]) then return {'illegal_state'} end
expect_type('XLEN', log, stream)
expect_type('HLEN', sessions)
append_events(conversation, log, id, prefix, now, drafts_from(9))
end_consult(conversation, prefix, c[4])
call('HSET', conversation, 'status', 'wrap_up', 'reason', ARGV[6],
  'deadline', ARGV[7] ~= '0' and string.format('%d', now + tonumber(ARGV[7])) or '')
emit_conversation(conversation, stream, id)
notify_agent(prefix, sessions, agent_id)
return {'ok'}
