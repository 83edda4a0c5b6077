FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Without the dev packages (PostgreSQL, the sandbox, the tests) and without native add-ons: none is needed.
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY drizzle ./drizzle
COPY src ./src
USER node
EXPOSE 3000
# Node as process 1 gets SIGTERM itself and finishes what is in hand.
ENTRYPOINT ["node", "src/main.ts"]
CMD ["serve"]
