-- Joins or keeps a node's lease. An expired one is not revived before the router has removed its sessions.
-- KEYS    nodes
-- ARGV    now or '', incarnation, lease ms, '1' when this node believes that it has joined
-- RETURNS {'ok', now} | {'fenced', now}
-- Invariants: sessions exist only under a lease that never lapsed since they began.
local now = now_ms(ARGV[1])
local lease = call('ZSCORE', KEYS[1], ARGV[2])
if (lease and tonumber(lease) <= now) or (not lease and ARGV[4] == '1') then return {'fenced', tostring(now)} end
call('ZADD', KEYS[1], now + tonumber(ARGV[3]), ARGV[2])
return {'ok', tostring(now)}
