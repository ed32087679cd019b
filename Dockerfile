# An image for each service: `docker build --target rng .` and so on for hasher, producer, miner and dashboard.

FROM node:26-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY common/package.json common/
COPY rng/package.json rng/
COPY hasher/package.json hasher/
COPY producer/package.json producer/
COPY miner/package.json miner/
COPY dashboard/package.json dashboard/
# What the services need and what builds them, but not the tools at the top level.
RUN --mount=type=cache,target=/root/.npm npm ci --workspaces
COPY . .
RUN npm run build && npm run build:services

FROM node:26-slim AS service
ENV NODE_ENV=production
WORKDIR /app
RUN mkdir compiled && chown node compiled
ENV NODE_COMPILE_CACHE=/app/compiled MALLOC_ARENA_MAX=1
USER node
EXPOSE 9000
# Bash asks, because a Node.js process for each check would cost more than all it checks.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["bash", "-c", \
  "exec 3<>/dev/tcp/127.0.0.1/${ADMIN_PORT:-9000} && printf 'GET /readyz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && grep -q '200 OK' <&3"]
# A small young generation (and one arena for malloc, above): less memory, and no time lost at the speed of this application.
CMD ["node", "--max-semi-space-size=1", "main.mjs"]
# In each image, a start with a setting that is refused: the service ends when its code is compiled, and V8's work stays
# in the image. Containers start in half the time.

FROM service AS rng
EXPOSE 80
COPY --from=build /app/rng/dist/main.mjs .
RUN ADMIN_PORT=none node --max-semi-space-size=1 main.mjs 2>/dev/null; ls compiled/*/*

FROM service AS hasher
EXPOSE 80
COPY --from=build /app/hasher/dist/main.mjs .
RUN ADMIN_PORT=none node --max-semi-space-size=1 main.mjs 2>/dev/null; ls compiled/*/*

FROM service AS producer
COPY --from=build /app/producer/dist/main.mjs .
RUN ADMIN_PORT=none node --max-semi-space-size=1 main.mjs 2>/dev/null; ls compiled/*/*

FROM service AS miner
COPY --from=build /app/miner/dist/main.mjs .
RUN ADMIN_PORT=none node --max-semi-space-size=1 main.mjs 2>/dev/null; ls compiled/*/*

FROM service AS dashboard
EXPOSE 80
COPY --from=build /app/node_modules/@bull-board/ui node_modules/@bull-board/ui
COPY --from=build /app/dashboard/dist/page dashboard/dist/page
COPY --from=build /app/dashboard/server/dist/main.mjs .
RUN ADMIN_PORT=none node --max-semi-space-size=1 main.mjs 2>/dev/null; ls compiled/*/*

FROM haproxy:3.0 AS forwarder
COPY --chmod=644 forwarder/haproxy.cfg /usr/local/etc/haproxy/
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["bash", "-c", \
  "exec 3<>/dev/tcp/127.0.0.1/9000 && printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && grep -q '200 OK' <&3"]
