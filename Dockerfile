# syntax=docker/dockerfile:1

FROM --platform=$BUILDPLATFORM golang:1.26.8-alpine AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
ARG TARGETOS TARGETARCH VERSION=devel
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -buildvcs=false -ldflags "-s -w -X main.release=$VERSION" -o /out/meetwright ./cmd/meetwright \
    && mkdir /out/data

# The program carries its time zones and needs no other file but the roots
# that webhooks and mail servers are trusted by.
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/meetwright /meetwright
COPY --from=build --chown=65532:65532 /out/data /data
ENV MEETWRIGHT_ADDR=0.0.0.0:8080 \
    MEETWRIGHT_DB=/data/meetwright.db \
    MEETWRIGHT_PUBLIC_URL=http://127.0.0.1:8080
USER 65532:65532
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --start-interval=1s CMD ["/meetwright", "doctor", "--ready"]
ENTRYPOINT ["/meetwright"]
CMD ["serve"]
