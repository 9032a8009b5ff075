// Package keys lets charts that make keys be rendered again and again. Sprig's
// genCA, genSignedCert, genSelfSignedCert and genPrivateKey search for RSA keys,
// and htpasswd and bcrypt hash for long on purpose: a rendering then takes half a
// second, of which a rehearsal needs nothing but that the keys are new each time.
//
// Helm's engine has no place to put other functions, but it asks us for what
// lookup answers, and an answer may hold a function: the templates of a copy of
// the chart call that one instead. It makes keys on an elliptic curve, or hashes
// at bcrypt's lowest cost, and sprig itself makes the certificates from them.
package keys
