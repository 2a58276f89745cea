-- The consulted colleague becomes the owner, under a new assign_epoch: a transfer and its acceptance in one step.
-- KEYS    conversation, log, owner, its sessions, its held, the colleague, its sessions, its held, its consults, routing stream
-- ARGV    now or '', prefix, conversation id, owner's id, assign_epoch, colleague's id, its capacity, audience, draft, ...
-- RETURNS {'ok'} | {'stale_assignment'} | {'illegal_state'} | {'not_found'}
-- Invariants: never without an owner; the colleague's load never exceeds its capacity; a repeat with the same assign_epoch
--         changes nothing.
local now = now_ms(ARGV[1])
local conversation, log, owner, sessions, held, colleague, its_sessions, its_held, its_consults, stream = unpack(KEYS)
local prefix, id, agent_id, epoch, name = ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local c = call('HMGET', conversation, 'status', 'agent', 'assign_epoch', 'weight', 'released', 'consult')
if not c[1] then return {'not_found'} end
if c[5] == agent_id .. ' ' .. epoch then return {'ok'} end
if c[2] ~= agent_id or c[3] ~= epoch then return {'stale_assignment'} end
if c[1] ~= 'active' or c[6] ~= name or call('HLEN', its_sessions) == 0 then return {'illegal_state'} end
if tonumber(call('HGET', colleague, 'load')) + tonumber(c[4]) > tonumber(ARGV[7]) then return {'illegal_state'} end
expect_type('XLEN', log, stream)
expect_type('HLEN', owner, sessions)
expect_type('SCARD', held, its_held, its_consults)

append_events(conversation, log, id, prefix, now, drafts_from(8))
end_consult(conversation, prefix, name)
call('HSET', conversation, 'agent', name, 'ea', endpoints(its_sessions), 'released', agent_id .. ' ' .. epoch, 'ad', 0, 'ar', 0)
call('HINCRBY', conversation, 'assign_epoch', 1)
release_agent(owner, held, id, tonumber(c[4]), now)
call('SREM', its_consults, id)
call('SADD', its_held, id)
call('HINCRBY', colleague, 'load', c[4])
call('HSET', colleague, 'idle', now, 'misses', 0)
emit_conversation(conversation, stream, id)
emit_agent(owner, stream, agent_id)
emit_agent(colleague, stream, name)
notify_agent(prefix, sessions, agent_id)
notify_agent(prefix, its_sessions, name)
return {'ok'}
