package rules

// FieldPath is fieldPath, for tests.
var FieldPath = fieldPath
