// Go takes functions without a body, which helm.go has, in packages with assembly.
