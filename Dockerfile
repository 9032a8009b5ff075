# helm-stateful alone. CI that lints charts by reference, or builds dependencies, wants a Helm beside it:
#   docker build --build-arg BASE=alpine/helm:4 .
ARG BASE=alpine:3

FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
RUN make build VERSION="${VERSION}"

FROM ${BASE}
COPY --from=build /src/bin/helm-stateful /src/bin/helm-stateful-post-renderer /usr/local/bin/
WORKDIR /work
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/helm-stateful"]
CMD ["--help"]
