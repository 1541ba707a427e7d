# syntax=docker/dockerfile:1
# Keycloak with its choices built in, so that it can run with a read-only root.
ARG KEYCLOAK=quay.io/keycloak/keycloak:26.7.0

FROM ${KEYCLOAK} AS build
ENV KC_DB=postgres \
    KC_HEALTH_ENABLED=true \
    KC_METRICS_ENABLED=true
RUN /opt/keycloak/bin/kc.sh build

FROM ${KEYCLOAK}
COPY --from=build /opt/keycloak /opt/keycloak
USER 10001:0
ENTRYPOINT ["/opt/keycloak/bin/kc.sh"]
CMD ["start", "--optimized"]
