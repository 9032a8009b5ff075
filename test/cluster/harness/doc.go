// Package harness runs a Kubernetes control plane for tests: a real etcd,
// kube-apiserver and kube-controller-manager on the loopback address.
//
// There is no scheduler, no kubelet and no storage. What a test needs of them
// is played by this package: every claim is given a volume, and every pod that
// can start is said to run, or to have succeeded where it is to end.
package harness
