# helm-stateful alone. CI that lints charts by reference, or builds dependencies, wants a Helm beside it:
#   docker build --build-arg BASE=alpine/helm:4 .
ARG BASE=alpine:3

FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false \
    -ldflags "-s -w -X github.com/helm-stateful/helm-stateful/internal/cli.version=${VERSION}" -o /out/ ./cmd/helm-stateful

FROM ${BASE}
COPY --from=build /out/helm-stateful /usr/local/bin/helm-stateful
WORKDIR /work
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/helm-stateful"]
CMD ["--help"]
