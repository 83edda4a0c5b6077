# By digest: a tag can come to mean another image. .github/dependabot.yml asks for the next one, both together.
FROM node:24.21.0-bookworm-slim@sha256:d6aa754f16b3197301076f047b5def2f02ea1dbbc2ca920407d46d7ec7f87b20 AS base

FROM base AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Without the dev packages (PostgreSQL, the sandbox, the tests) and without native add-ons: none is needed.
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM base
# What installs packages is of use only to whoever has broken in.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn-*
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY drizzle ./drizzle
COPY scripts/compose-secrets.cjs scripts/compose-roles.cjs ./scripts/
COPY src ./src
# Of what it was built: `docker build --build-arg COMMIT=$(git rev-parse HEAD) .`. Without one, it is told by its version alone.
ARG COMMIT=
RUN if [ -n "$COMMIT" ]; then echo "$COMMIT" > COMMIT; fi
LABEL org.opencontainers.image.title="seam-reconciler" \
  org.opencontainers.image.description="Takes Seam's webhooks and makes your database say which user owns which connected account." \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.revision="$COMMIT"
# All of it belongs to root, so that the process can't change its own program. It writes nowhere: run it read-only.
USER node
EXPOSE 3000
# Of `serve`, and of `work --health-port 3000`.
HEALTHCHECK --interval=10s --timeout=6s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node as process 1 gets SIGTERM itself and finishes what is in hand.
ENTRYPOINT ["node", "src/main.ts"]
CMD ["serve"]
