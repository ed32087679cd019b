# One image per service: `docker build --target rng .`; also hasher, producer, miner, dashboard and forwarder.

# Only the manifests, so that packages are reinstalled only if a manifest changes.
FROM node:26-slim AS manifests
WORKDIR /app
COPY . .
RUN mkdir /manifests && cp --parents .npmrc package*.json */package.json /manifests

FROM node:26-slim AS build
WORKDIR /app
COPY --from=manifests /manifests .
# The packages of the services and their builds, without the development tools of the root package.
RUN --mount=type=cache,target=/root/.npm npm ci --workspaces
COPY . .
RUN npm run build && \
  for service in rng hasher producer miner dashboard/server; do \
    npx vite build $service -c bundle.config.ts && mkdir -p /out/${service%/*} && mv $service/dist/*.mjs /out/${service%/*} || exit 1; \
  done && \
  npx vite build dashboard/retry-failed -c bundle.config.ts && mv dashboard/retry-failed/dist/main.mjs /out/dashboard/retry-failed.mjs && \
  cp --parents -r dashboard/dist/page node_modules/@bull-board/ui /out/dashboard

FROM node:26-slim AS service
WORKDIR /app
ENV NODE_ENV=production NODE_COMPILE_CACHE=/app/compiled MALLOC_ARENA_MAX=1
USER node
EXPOSE 80 9000
# Bash, because a Node.js process per check would use more CPU time than the service itself.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["bash", "-c", \
  "exec 3<>/dev/tcp/127.0.0.1/${ADMIN_PORT:-9000} && printf 'GET /readyz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && grep -q '200 OK' <&3"]
# A small young generation and a single malloc arena save memory. With the default delays they cost no throughput.
CMD ["node", "--max-semi-space-size=1", "main.mjs"]

# V8's compile cache halves the startup time. Starting each service with an invalid setting fills the cache: all modules are
# compiled before the service rejects the setting and exits.
FROM service AS compiled
USER root
RUN chown node .
USER node
COPY --from=build --chown=node /out /out
RUN for service in rng hasher producer miner dashboard; do \
    cp /out/$service/*.mjs . && \
    ! NODE_COMPILE_CACHE=/out/$service/compiled ADMIN_PORT=none node --max-semi-space-size=1 main.mjs 2>/dev/null && \
    ls /out/$service/compiled/*/* || exit 1; \
  done

FROM service AS rng
COPY --from=compiled --chown=node /out/rng .

FROM service AS hasher
COPY --from=compiled --chown=node /out/hasher .

FROM service AS producer
COPY --from=compiled --chown=node /out/producer .

FROM service AS miner
COPY --from=compiled --chown=node /out/miner .

FROM service AS dashboard
COPY --from=compiled --chown=node /out/dashboard .

FROM haproxy:3.0 AS forwarder
COPY --chmod=644 deploy/haproxy/haproxy.cfg /usr/local/etc/haproxy/
# HAProxy cannot fall back to IPv4, so Bash tries to open an IPv6 socket first.
CMD ["bash", "-c", "[[ $( { : </dev/tcp/::1/9; } 2>&1 ) != *'Address family not supported'* ]] || export LISTEN=0.0.0.0; \
  exec haproxy -W -db -f /usr/local/etc/haproxy/haproxy.cfg"]
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["bash", "-c", \
  "exec 3<>/dev/tcp/127.0.0.1/9000 && printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && grep -q '200 OK' <&3"]
