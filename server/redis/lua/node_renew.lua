-- Joins or keeps a node's lease. One that lapsed is kept as long as nobody has condemned the node: when Redis itself was away, every
-- node's lease lapsed and none of them is dead.
-- KEYS    nodes
-- ARGV    now or '', incarnation, lease ms, '1' when this node believes that it has joined
-- RETURNS {'ok', now} | {'fenced', now}
-- Invariants: a node that was condemned (lease 0) does not come back before its sessions are gone, and not without knowing it.
local now = now_ms(ARGV[1])
local lease = call('ZSCORE', KEYS[1], ARGV[2])
if (lease and tonumber(lease) == 0) or (not lease and ARGV[4] == '1') then return {'fenced', tostring(now)} end
call('ZADD', KEYS[1], now + tonumber(ARGV[3]), ARGV[2])
return {'ok', tostring(now)}
