package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// ClaimCannotBind finds claims and volumes of one release that are meant for
// each other and do not fit.
var ClaimCannotBind = &lint.Rule{
	Name:         "claim-cannot-bind",
	Step:         lint.StepInstall,
	Severity:     lint.Error,
	Title:        "a claim and the volume that the release makes for it do not fit",
	InstallAlone: true,
	Check:        checkClaimCannotBind,
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.InClaims, What: "`Pending`, and they stay so"},
			{Where: lint.InClaims, What: "an event `Cannot bind to requested volume …`, such as `storageClassName does not match`"},
			{Where: lint.InPods, What: "`Pending`, with an event `pod has unbound immediate PersistentVolumeClaims`"},
		},
		Why: "The chart makes a volume (a PersistentVolume), for an NFS server or a folder of a node, and a claim that is meant for it, and the two do not fit. " +
			"Helm reports success, but the claim stays `Pending` for ever, and no pod that mounts it ever starts.\n\n" +
			"A claim binds to a volume only if class, access modes and volume mode agree and the volume is large enough. The common trap is a claim without " +
			"`storageClassName`: where the cluster has a default class, the API server writes that class into the claim, and a volume without a class no longer " +
			"fits. `storageClassName: \"\"` in the claim says that it wants none.",
		Before: `apiVersion: v1
kind: PersistentVolume
metadata:
  name: {{ .Release.Namespace }}-{{ .Release.Name }}-media
spec:
  capacity: {storage: 50Gi}
  accessModes: [ReadWriteOnce]
  persistentVolumeReclaimPolicy: Retain
  storageClassName: nfs
  nfs: {server: nfs.example.com, path: /media}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .Release.Name }}-media
  annotations:
    helm.sh/resource-policy: keep
spec:
  accessModes: [ReadWriteMany]
  storageClassName: nfs
  volumeName: {{ .Release.Namespace }}-{{ .Release.Name }}-media
  resources:
    requests: {storage: 50Gi}
`,
		After: `apiVersion: v1
kind: PersistentVolume
metadata:
  name: {{ .Release.Namespace }}-{{ .Release.Name }}-media
spec:
  capacity: {storage: 50Gi}
  accessModes: [ReadWriteMany]
  persistentVolumeReclaimPolicy: Retain
  storageClassName: nfs
  nfs: {server: nfs.example.com, path: /media}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .Release.Name }}-media
  annotations:
    helm.sh/resource-policy: keep
spec:
  accessModes: [ReadWriteMany]
  storageClassName: nfs
  volumeName: {{ .Release.Namespace }}-{{ .Release.Name }}-media
  resources:
    requests: {storage: 50Gi}
`,
		Remedy: "The volume offers the access mode that the claim asks for. Change the volume rather than the claim where you can: a claim's spec is frozen once it " +
			"exists.",
		Blind: "Volumes that are in the cluster already, what a provisioner makes, and on which nodes a volume can be used. The finding is an error where the claim " +
			"names its volume, or the volume its claim: then nothing else can bind. It is a warning where only a class, labels or the same name speak for it, or " +
			"where the cluster's default class decides.",
		Incidents: []lint.Incident{
			{Ref: "Mailu/helm-charts#20", What: "the claim gets the cluster's default class, its volume has none"},
			{Ref: "Mailu/helm-charts#256", What: "the same three years later, in another cluster"},
			{Ref: "awslabs/mountpoint-s3-csi-driver#182", What: "a claim of a static volume takes the default class gp3"},
			{Ref: "owncloud-docker/helm-charts#98", What: "a volume of a class, a claim without"},
		},
	},
}

func checkClaimCannotBind(p *lint.Pass) {
	var volumes []*manifest.Object
	for _, o := range p.Objects {
		if isVolume(o) {
			volumes = append(volumes, o)
		}
	}
	if len(volumes) == 0 {
		return
	}
	b := &binder{p: p, volumes: volumes, taken: map[string]*inventory.Claim{}}
	for _, c := range p.Claims {
		if r := b.judge(c); r != nil {
			p.Report(*r)
		}
	}
}

// binder pairs the claims and volumes of a release.
type binder struct {
	p       *lint.Pass
	volumes []*manifest.Object
	// taken are the claims that name a volume, by its name.
	taken map[string]*inventory.Claim
}

func (b *binder) judge(c *inventory.Claim) *lint.Report {
	if name := manifest.StringAt(c.Fields, "spec", "volumeName"); name != "" {
		at := slices.IndexFunc(b.volumes, func(o *manifest.Object) bool { return o.Name == name })
		if at < 0 {
			return nil // one that is in the cluster
		}
		return b.judgeNamed(c, b.volumes[at])
	}
	if at := slices.IndexFunc(b.volumes, func(v *manifest.Object) bool { return b.refersTo(v, c) == isMeant }); at >= 0 {
		return b.judgeReserved(c, b.volumes[at])
	}
	return b.judgeFree(c)
}

// reference says for whom a volume's claimRef reserves it.
type reference int

const (
	noReference reference = iota
	isMeant
	isOther
	// lacksNamespace names the claim, but not where it lives, and so no claim.
	lacksNamespace
)

// refersTo compares a volume's claimRef with a claim (k8s.io/component-helpers,
// storage/volume, IsVolumeBoundToClaim).
func (b *binder) refersTo(volume *manifest.Object, c *inventory.Claim) reference {
	ref := manifest.MapAt(volume.Fields, "spec", "claimRef")
	if len(ref) == 0 {
		return noReference
	}
	name, namespace := manifest.StringAt(ref, "name"), manifest.StringAt(ref, "namespace")
	home := b.p.Namespace(c.Object)
	switch {
	case !slices.Contains(claimNames(c), name):
		return isOther
	case namespace == "":
		return lacksNamespace
	case namespace != home && home != "":
		return isOther
	}
	return isMeant
}

// judgeNamed judges a claim that names its volume.
func (b *binder) judgeNamed(c *inventory.Claim, volume *manifest.Object) *lint.Report {
	named := []any{"volumeName"}
	if first := b.taken[volume.Name]; first != nil {
		r := b.report(c, volume, named, fmt.Sprintf("%s names %s too, and a volume binds to one claim", first.Object, volume))
		r.Related = append(r.Related, first.Object)
		return r
	}
	b.taken[volume.Name] = c
	ref := manifest.MapAt(volume.Fields, "spec", "claimRef")
	switch b.refersTo(volume, c) {
	case isMeant:
		return nil // the binder compares nothing
	case isOther:
		r := b.report(c, volume, named, fmt.Sprintf("the claimRef of %s names claim %q in namespace %q", volume, ref["name"], ref["namespace"]))
		if slices.Contains(claimNames(c), manifest.StringAt(ref, "name")) {
			r.Severity = lint.Warning // with the right --namespace it does bind
		}
		return r
	case lacksNamespace:
		return b.report(c, volume, named, fmt.Sprintf("the claimRef of %s names no namespace, and so no claim", volume))
	}
	if m := misfitOf(c.Fields, volume.Fields); m != nil {
		return b.report(c, volume, m.field, fmt.Sprintf("it names %s, but %s", volume, m.reason))
	}
	if names := claimNames(c); len(names) > 1 {
		return b.report(c, volume, named, fmt.Sprintf("%s are all to bind to %s, and a volume binds to one claim", enumerate(names), volume))
	}
	return b.judgeClass(c, volume)
}

// judgeClass judges the class of a claim that names its volume.
func (b *binder) judgeClass(c *inventory.Claim, volume *manifest.Object) *lint.Report {
	field := []any{"storageClassName"}
	class, stated := classOf(c.Fields)
	offered, _ := classOf(volume.Fields)
	switch {
	case stated && class != offered:
		return b.report(c, volume, field, fmt.Sprintf("it names %s, whose class is %s while the claim's is %s", volume, quoted(offered), quoted(class)))
	case stated || isDefaultClass(storageClass(b.p, offered)):
		return nil
	}
	r := b.report(c, volume, field, "")
	r.Severity = lint.Warning
	if offered == "" {
		r.Message = fmt.Sprintf("the claim states no class: a cluster with a default class writes that one in, and %s, which has none, no longer fits; `storageClassName: \"\"` says none", volume)
	} else {
		r.Message = fmt.Sprintf("the claim states no class and gets the cluster's default one or none: unless that is %q by chance, %s does not fit", offered, volume)
	}
	return r
}

// judgeReserved judges a claim that a volume's claimRef names. The class does
// not matter then.
func (b *binder) judgeReserved(c *inventory.Claim, volume *manifest.Object) *lint.Report {
	m := misfitOf(c.Fields, volume.Fields)
	if m == nil {
		return nil
	}
	r := b.report(c, volume, m.field, fmt.Sprintf("%s is reserved for it, but %s", volume, m.reason))
	if class, stated := classOf(c.Fields); !stated || class != "" {
		r.Severity = lint.Warning
		r.Message = fmt.Sprintf("%s is reserved for the claim and does not fit: %s; the claim gets another volume from its class, or stays Pending", volume, m.reason)
		r.Breaks = nil
	}
	return r
}

// judgeFree judges a claim that looks for its volume by labels, or by a class
// that nothing but the release's volumes serves; or that has its volume's name, or
// size and modes, which the binder does not heed.
func (b *binder) judgeFree(c *inventory.Claim) *lint.Report {
	selector := manifest.MapAt(c.Fields, "spec", "selector")
	class, stated := classOf(c.Fields)
	looks := stated && (len(requirements(selector)) > 0 || b.servedByHand(class))
	var nearest *lint.Report
	for _, volume := range b.volumes {
		offered, _ := classOf(volume.Fields)
		m := misfitOf(c.Fields, volume.Fields)
		unmet := unmetLabels(selector, volume.Labels())
		switch ref := b.refersTo(volume, c); {
		case !looks:
			if ref == noReference && m == nil && len(unmet) == 0 && (sharesName(volume, c) || b.onlyTwins(volume, c)) {
				nearest = b.judgeNamesake(c, volume)
			}
			continue
		case ref == lacksNamespace && m == nil:
			nearest = b.report(c, volume, nil, fmt.Sprintf("the claimRef of %s names no namespace, and so no claim", volume))
			nearest.Object, nearest.Path, nearest.Related = volume, manifest.Path{"spec", "claimRef"}, []*manifest.Object{c.Object}
		case ref != noReference:
			continue
		case m == nil && len(unmet) == 0 && offered == class:
			return nil // it binds
		case len(unmet) == 0 && offered == class:
			nearest = b.report(c, volume, m.field, fmt.Sprintf("%s is the one for it, but %s", volume, m.reason))
		case len(selector) > 0 && len(unmet) == 0 && m == nil:
			nearest = b.report(c, volume, []any{"storageClassName"}, fmt.Sprintf("its selector finds %s, whose class is %s while the claim's is %s", volume, quoted(offered), quoted(class)))
		case m == nil && offered == class && carriesKeys(unmet, volume.Labels()):
			nearest = b.report(c, volume, []any{"selector"}, fmt.Sprintf("it selects %s, which %s does not carry", unmet[0], volume))
		}
	}
	if nearest != nil && looks {
		nearest.Severity = lint.Warning // another volume may be in the cluster
		nearest.Message = strings.TrimSuffix(nearest.Message, staysPending) + "; unless the cluster has another volume for it, the claim stays Pending"
	}
	return nearest
}

// judgeNamesake judges a claim that fits a volume which is meant for it, but for
// the class.
func (b *binder) judgeNamesake(c *inventory.Claim, volume *manifest.Object) *lint.Report {
	class, stated := classOf(c.Fields)
	offered, _ := classOf(volume.Fields)
	if stated && class == offered || !stated && isDefaultClass(storageClass(b.p, offered)) {
		return nil
	}
	r := b.report(c, volume, []any{"storageClassName"}, "")
	r.Severity, r.Breaks = lint.Warning, nil
	if stated {
		r.Message = fmt.Sprintf("the claim's class is %s and that of %s is %s: it gets another volume, or none", quoted(class), volume, quoted(offered))
	} else {
		r.Message = fmt.Sprintf("the claim states no class: in a cluster with a default class it gets a new volume of that, and %s, whose class is %s, stays unused", volume, quoted(offered))
	}
	return r
}

// sharesName reports whether a volume is called after a claim.
func sharesName(volume *manifest.Object, c *inventory.Claim) bool {
	return c.Name != "" && slices.ContainsFunc(claimNames(c), func(name string) bool { return strings.Contains("-"+volume.Name+"-", "-"+name+"-") })
}

// onlyTwins reports whether a volume and a claim are the only ones of the release
// with their size and their access modes.
func (b *binder) onlyTwins(volume *manifest.Object, c *inventory.Claim) bool {
	size, ok := inventory.Quantity(valueOf(volume, manifest.Path{"spec", "capacity", "storage"}))
	modes := manifest.StringsAt(volume.Fields, "spec", "accessModes")
	alike := func(fields map[string]any, sizePath ...any) bool {
		written, _ := manifest.Lookup(fields, sizePath...)
		other, known := inventory.Quantity(written)
		return known && other.Cmp(size) == 0 && slices.Equal(manifest.StringsAt(fields, "spec", "accessModes"), modes)
	}
	if !ok || c.Template || !alike(c.Fields, "spec", "resources", "requests", "storage") {
		return false
	}
	return !slices.ContainsFunc(b.volumes, func(o *manifest.Object) bool { return o != volume && alike(o.Fields, "spec", "capacity", "storage") }) &&
		!slices.ContainsFunc(b.p.Claims, func(o *inventory.Claim) bool {
			return o != c && (alike(o.Fields, "spec", "resources", "requests", "storage") || manifest.StringAt(o.Fields, "spec", "volumeName") == volume.Name)
		})
}

// servedByHand reports whether claims of a class get no volume but those that
// somebody makes for them.
func (b *binder) servedByHand(class string) bool {
	own := storageClass(b.p, class)
	return class == "" || own != nil && own.StringAt("provisioner") == "kubernetes.io/no-provisioner"
}

func unmetLabels(selector map[string]any, labels map[string]string) []requirement {
	var out []requirement
	for _, r := range requirements(selector) {
		if !r.met(labels) {
			out = append(out, r)
		}
	}
	return out
}

// carriesKeys reports whether the labels speak of all that is required, in
// other words.
func carriesKeys(unmet []requirement, labels map[string]string) bool {
	for _, r := range unmet {
		if _, ok := labels[r.key]; !ok {
			return false
		}
	}
	return true
}

func quoted(class string) string {
	if class == "" {
		return "none"
	}
	return fmt.Sprintf("%q", class)
}

const staysPending = ": the claim stays Pending, and so do its pods"

func (b *binder) report(c *inventory.Claim, volume *manifest.Object, field []any, message string) *lint.Report {
	return &lint.Report{
		Object:  c.Object,
		Path:    c.Path.Append("spec").Append(field...),
		Related: []*manifest.Object{volume},
		Message: message + staysPending,
		Breaks:  []string{"pods never start"},
	}
}
