-- Removes a node that has no sessions left, if its lease is over or it says goodbye itself.
-- KEYS    nodes, node sessions
-- ARGV    now or '', incarnation, '1' when the node itself leaves
-- RETURNS {'ok'} | {'no'}
-- Invariants: a node with sessions is never forgotten.
local now = now_ms(ARGV[1])
local lease = call('ZSCORE', KEYS[1], ARGV[2])
if not lease then return {'ok'} end
if call('SCARD', KEYS[2]) > 0 then
  -- A node that leaves with sessions is as good as condemned; the router removes them.
  if ARGV[3] == '1' then call('ZADD', KEYS[1], 0, ARGV[2]) end
  return {'no'}
end
if ARGV[3] ~= '1' and tonumber(lease) > now then return {'no'} end
call('ZREM', KEYS[1], ARGV[2])
return {'ok'}
