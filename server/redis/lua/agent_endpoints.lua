-- The endpoints of an agent's sessions, after one of them came or went: of the owner or of the colleague who is consulted.
-- KEYS    conversation, agent sessions, the agent's consults
-- ARGV    agent id, conversation id
-- RETURNS {'ok'}
-- Invariants: only the owner's and the colleague's endpoints are listed; what the agent is not consulted about leaves its consults.
local m = call('HMGET', KEYS[1], 'agent', 'status', 'consult', 'eo', 'ek')
expect_type('HLEN', KEYS[2])
if m[3] ~= ARGV[1] then call('SREM', KEYS[3], ARGV[2]) end
if m[1] == ARGV[1] and (m[2] == 'active' or m[2] == 'wrap_up') then
  local own = endpoints(KEYS[2])
  call('HSET', KEYS[1], 'ea', m[3] and own .. ' ' .. m[5] or own)
  if m[3] then call('HSET', KEYS[1], 'eo', own) end
elseif m[3] == ARGV[1] then
  local its = endpoints(KEYS[2])
  call('HSET', KEYS[1], 'ek', its, 'ea', m[4] .. ' ' .. its)
end
return {'ok'}
