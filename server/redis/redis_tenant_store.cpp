// SPDX-License-Identifier: Apache-2.0
#include "redis/redis_tenant_store.hpp"

#include "domain/tenant_document.hpp"
#include "redis/gather.hpp"
#include "redis/keys.hpp"

namespace switchboard::redis {

void RedisTenantStore::list(Callback<std::vector<TenantId>> done) {
    caller_.command({"SMEMBERS", Keys::tenants()}, [done](Result<Reply> reply) {
        if (!reply) return done(reply.error());
        std::vector<TenantId> tenants;
        for (std::size_t i = 0; i < reply->size(); ++i) tenants.emplace_back((*reply)[i].text());
        done(std::move(tenants));
    });
}

void RedisTenantStore::find_by_site(const std::string& site_key, Callback<TenantId> done) {
    caller_.command({"HGET", Keys::sites(), site_key}, [done](Result<Reply> reply) {
        if (!reply) return done(reply.error());
        if (reply->is_nil()) return done(Error{ErrorCode::not_found, "no such site"});
        done(TenantId(reply->text()));
    });
}

void RedisTenantStore::load(const TenantId& tenant, Callback<domain::TenantConfigPtr> done) {
    caller_.command({"HGETALL", Keys(tenant).config()}, [tenant, done](Result<Reply> reply) {
        if (!reply) return done(reply.error());
        const Fields fields = fields_of(*reply);
        if (fields.empty()) return done(Error{ErrorCode::not_found, "no tenant named " + tenant.value});
        auto parsed = domain::parse_document(fields.text("document"));
        if (!parsed) return done(Error{ErrorCode::internal, "stored configuration of tenant " + tenant.value + ": " + parsed.error().message});
        auto config = std::make_shared<domain::TenantConfig>(std::move(*parsed));
        config->version = fields.number("version");
        done(domain::TenantConfigPtr(std::move(config)));
    });
}

void RedisTenantStore::save(const domain::TenantConfig& config, Callback<std::uint64_t> done) {
    auto shared = std::make_shared<const domain::TenantConfig>(config);
    caller_.command({"HGETALL", Keys::sites()}, [this, shared, done](Result<Reply> reply) {
        if (!reply) return done(reply.error());
        const Fields owners = fields_of(*reply);
        for (const domain::Site& site : shared->sites) {
            const std::string_view owner = owners.text(site.key);
            if (!owner.empty() && owner != shared->id.value)
                return done(Error{ErrorCode::conflict, "the site key " + site.key + " belongs to another tenant"});
        }
        store_document(shared, done);
    });
}

void RedisTenantStore::store_document(std::shared_ptr<const domain::TenantConfig> config, Callback<std::uint64_t> done) {
    const Keys key(config->id);
    caller_.script("config_save", {key.config(), key.routing_stream()},
                   {key.channel_prefix(), std::to_string(config->version), domain::to_document(*config)},
                   [this, config, done](Result<Reply> reply) {
                       if (!reply) return done(reply.error());
                       if (word_of(*reply) != "ok") return done(Error{ErrorCode::conflict, "the configuration was changed by somebody else"});
                       index_sites(config, static_cast<std::uint64_t>((*reply)[1].integer()), done);
                   },
                   Repeat::never);
}

void RedisTenantStore::index_sites(std::shared_ptr<const domain::TenantConfig> config, std::uint64_t version, Callback<std::uint64_t> done) {
    caller_.command({"HGETALL", Keys::sites()}, [this, config, version, done](Result<Reply> reply) {
        if (!reply) return done(reply.error());
        std::vector<Words> commands = {{"SADD", Keys::tenants(), config->id.value}};
        for (std::size_t i = 0; i + 1 < reply->size(); i += 2) {
            const std::string site((*reply)[i].text());
            if ((*reply)[i + 1].text() == config->id.value && !config->site(site)) commands.push_back({"HDEL", Keys::sites(), site});
        }
        for (const domain::Site& site : config->sites) commands.push_back({"HSET", Keys::sites(), site.key, config->id.value});
        gather(caller_, std::move(commands), [version, done](Result<std::vector<Reply>> replies) {
            if (!replies) return done(replies.error());
            done(version);
        });
    });
}

}  // namespace switchboard::redis
