// Package keys lets charts that make keys be rendered again and again. Sprig's
// genCA, genSignedCert, genSelfSignedCert and genPrivateKey search for RSA keys,
// and htpasswd and bcrypt hash for long on purpose: a rendering then takes half a
// second, of which a rehearsal needs nothing but that the keys are new each time.
// The functions of this package make keys on an elliptic curve, or hash at bcrypt's
// lowest cost, and sprig itself makes the certificates from them.
package keys
