// SPDX-License-Identifier: Apache-2.0
#include "redis/redis_tenant_store.hpp"

#include "base/log.hpp"
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
        if (!parsed) {
            // Nobody is served there, and nobody would say why.
            log::error("tenant.unreadable", {{"tenant", tenant.value}, {"error", parsed.error().message}});
            return done(Error{ErrorCode::internal, "stored configuration of tenant " + tenant.value + ": " + parsed.error().message});
        }
        auto config = std::make_shared<domain::TenantConfig>(std::move(*parsed));
        config->version = fields.number("version");
        done(domain::TenantConfigPtr(std::move(config)));
    });
}

// The sites are claimed before the document is stored and given up after it, so that a save that is cut short leaves at most a
// claim, which the next save of this tenant clears, and never a stored site that is not found.
void RedisTenantStore::save(const domain::TenantConfig& config, const ports::ConfigEdit& edit, Callback<std::uint64_t> done) {
    auto shared = std::make_shared<const domain::TenantConfig>(config);
    std::vector<Words> commands;
    for (const domain::Site& site : config.sites) commands.push_back({"HSETNX", Keys::sites(), site.key, config.id.value});
    for (const domain::Site& site : config.sites) commands.push_back({"HGET", Keys::sites(), site.key});
    gather(caller_, std::move(commands), [this, shared, edit, done](Result<std::vector<Reply>> replies) {
        if (!replies) return done(replies.error());
        const std::size_t sites = shared->sites.size();
        for (std::size_t i = 0; i < sites; ++i) {
            if ((*replies)[sites + i].text() == shared->id.value) continue;
            const Error taken{ErrorCode::conflict, "the site key " + shared->sites[i].key + " belongs to another tenant"};
            return settle_sites(shared, [done, taken](Result<void>) { done(taken); });
        }
        store_document(shared, edit, done);
    });
}

void RedisTenantStore::store_document(std::shared_ptr<const domain::TenantConfig> config, const ports::ConfigEdit& edit,
                                      Callback<std::uint64_t> done) {
    const Keys key(config->id);
    // Listed first: a listed tenant without a document is harmless, the other way round nobody would route it.
    caller_.command({"SADD", Keys::tenants(), config->id.value}, [](Result<Reply>) {});
    caller_.script("config_save", {key.config(), key.routing_stream(), key.audit()},
                   {key.channel_prefix(), std::to_string(config->version), domain::to_document(*config), edit.who, domain::to_json(edit.changes)},
                   [this, config, done](Result<Reply> reply) {
                       if (!reply) return done(reply.error());
                       const bool stored = word_of(*reply) == "ok";
                       const auto version = static_cast<std::uint64_t>((*reply)[1].integer());
                       settle_sites(config, [stored, version, done](Result<void> released) {
                           if (!stored) return done(Error{ErrorCode::conflict, "the configuration was changed by somebody else"});
                           if (!released) return done(released.error());
                           done(version);
                       });
                   },
                   Repeat::never);
}

void RedisTenantStore::settle_sites(std::shared_ptr<const domain::TenantConfig> config, Callback<void> done) {
    const std::vector<Words> reads = {{"HGETALL", Keys::sites()}, {"HGET", Keys(config->id).config(), "document"}};
    gather(caller_, reads, [this, config, done](Result<std::vector<Reply>> replies) {
        if (!replies) return done(replies.error());
        const auto stored = domain::parse_document((*replies)[1].text());
        std::vector<Words> commands;
        if (stored)
            for (const domain::Site& site : stored->sites) commands.push_back({"HSETNX", Keys::sites(), site.key, config->id.value});
        const Reply& owners = (*replies)[0];
        for (std::size_t i = 0; i + 1 < owners.size(); i += 2) {
            const std::string site(owners[i].text());
            if (owners[i + 1].text() == config->id.value && !(stored && stored->site(site))) commands.push_back({"HDEL", Keys::sites(), site});
        }
        gather(caller_, std::move(commands), [done](Result<std::vector<Reply>> removed) {
            if (!removed) return done(removed.error());
            done({});
        });
    });
}

void RedisTenantStore::read_audit(const TenantId& tenant, std::size_t last, Callback<std::vector<ports::AuditEntry>> done) {
    caller_.command({"XREVRANGE", Keys(tenant).audit(), "+", "-", "COUNT", std::to_string(last)}, [done](Result<Reply> reply) {
        if (!reply) return done(reply.error());
        std::vector<ports::AuditEntry> entries;
        for (std::size_t i = reply->size(); i-- > 0;) {
            const ReplyView entry = (*reply)[i];
            const Fields fields = fields_of(entry[1]);
            const std::string id(entry[0].text());  // "MILLISECONDS-N"
            entries.push_back({{std::string(fields.text("who")), domain::changes_from_json(fields.text("changes"))},
                               from_ms(std::strtoll(id.c_str(), nullptr, 10)), fields.number("version")});
        }
        done(std::move(entries));
    });
}

}  // namespace switchboard::redis
