-- The endpoints of the owner's sessions, after one of them came or went.
-- KEYS    conversation, agent sessions
-- ARGV    agent id
-- RETURNS {'ok'}
-- Invariants: only the owner's endpoints are listed.
local m = call('HMGET', KEYS[1], 'agent', 'status')
if m[1] == ARGV[1] and (m[2] == 'active' or m[2] == 'wrap_up') then call('HSET', KEYS[1], 'ea', endpoints(KEYS[2])) end
return {'ok'}
