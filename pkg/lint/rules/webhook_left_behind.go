package rules

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// checkWebhooksLeftBehind finds admission webhooks that stay when the operator
// behind them is gone, or that never had one.
func checkWebhooksLeftBehind(p *lint.Pass) {
	cleansUp := sync.OnceValue(func() bool { return cleansUpWebhooks(p) })
	for _, o := range p.Objects {
		if !isWebhookConfiguration(o) {
			continue
		}
		service, required := webhookService(p, o)
		if service == "" {
			continue
		}
		backend := serviceNamed(p, service)
		switch {
		case backend != nil && backend.Hook == nil && staysBehind(o) && !cleansUp():
			p.Report(lint.Report{
				Severity:   severityOfWebhook(required),
				Object:     o,
				Related:    []*manifest.Object{backend},
				NotFixable: true,
				Message: fmt.Sprintf("helm uninstall deletes %s and leaves this webhook, which is a hook and so none of the release's objects: %s",
					backend, effectOfWebhook(required)),
			})
		case backend == nil && carriesRelease(p, o, service):
			p.Report(lint.Report{
				Severity:   severityOfWebhook(required),
				Object:     o,
				NotFixable: true,
				Message:    fmt.Sprintf("the release has no Service %q to answer this webhook, nor the operator behind it: %s", service, effectOfWebhook(required)),
			})
		}
	}
}

// checkWebhooksMadeAtRunTime finds workloads that may create webhooks which no
// manifest of the release shows and no hook of helm uninstall takes away. Where
// several have the right by one ServiceAccount, the one that speaks of webhooks
// is named.
func checkWebhooksMadeAtRunTime(p *lint.Pass) {
	if slices.ContainsFunc(p.Objects, isWebhookConfiguration) || tidiesUp(p) {
		return
	}
	creates := byAccount(createsWebhooks)
	makers := slices.DeleteFunc(slices.Clone(p.Workloads), func(w *inventory.Workload) bool { return !w.RunsForever() || !creates(p.AccountOf(w)) })
	if len(makers) == 0 {
		return
	}
	maker := makers[max(0, slices.IndexFunc(makers, func(w *inventory.Workload) bool { return mentions(w, "webhook", "admission") }))]
	p.Report(lint.Report{
		Severity:   lint.Info,
		Object:     maker.Object,
		NotFixable: true,
		Message: fmt.Sprintf("%s may create admission webhooks, and the release shows none: unless it takes them away itself when it stops, helm uninstall leaves them behind, pointing at a Service that is gone",
			maker.Object),
	})
}

// tidiesUp reports whether a hook of helm uninstall is there to clean up, by a
// program of the chart's own, or speaks of webhooks.
func tidiesUp(p *lint.Pass) bool {
	return slices.ContainsFunc(cleaningHooks(p), func(w *inventory.Workload) bool {
		return mentions(w, "webhook", "uninstall", "cleanup", "clean-up")
	})
}

// mentions reports whether a workload's name, or what its containers run, holds
// one of the words.
func mentions(w *inventory.Workload, words ...string) bool {
	return containsAny(w.Object.Name+" "+containerText(w, "name", "image", "command", "args", "env"), words...)
}

func isWebhookConfiguration(o *manifest.Object) bool {
	return o.Kind == "MutatingWebhookConfiguration" || o.Kind == "ValidatingWebhookConfiguration"
}

// createsWebhooks reports whether a rule of the release's roles names webhook
// configurations, and lets an account create them.
func createsWebhooks(a *inventory.Account) bool {
	for _, g := range a.Grants {
		for _, rule := range g.Rules {
			resources := manifest.StringsAt(rule, "resources")
			named := slices.Contains(resources, "validatingwebhookconfigurations") || slices.Contains(resources, "mutatingwebhookconfigurations")
			if named && names(rule, "verbs", "create") {
				return true
			}
		}
	}
	return false
}

// webhookService returns the Service in the release's namespace that answers a
// configuration's webhooks, and whether one of them must be answered.
func webhookService(p *lint.Pass, o *manifest.Object) (name string, required bool) {
	for _, hook := range manifest.ListAt(o.Fields, "webhooks") {
		namespace := manifest.StringAt(hook, "clientConfig", "service", "namespace")
		service := manifest.StringAt(hook, "clientConfig", "service", "name")
		if service == "" || p.Release.Namespace != "" && namespace != p.Release.Namespace {
			continue
		}
		if name == "" {
			name = service
		}
		required = required || manifest.StringAt(hook, "failurePolicy") != "Ignore" // Fail unless it says otherwise
	}
	return name, required
}

// serviceNamed returns the release's first Service of a name, or nil.
func serviceNamed(p *lint.Pass, name string) *manifest.Object {
	if found := p.Named("", "Service", name); len(found) > 0 {
		return found[0]
	}
	return nil
}

// staysBehind reports whether helm uninstall leaves an object in the cluster:
// a hook that nothing deletes, or one with a policy to keep it.
func staysBehind(o *manifest.Object) bool {
	if o.Hook == nil {
		return false // with a policy to keep it, it is meant to stay
	}
	return !o.Hook.On("pre-delete", "post-delete", "test") && !o.Hook.DeletedBy("hook-succeeded")
}

// carriesRelease reports whether a Service's name, as a webhook spells it, is
// made of the release's: it is then the chart's own that is missing.
func carriesRelease(p *lint.Pass, o *manifest.Object, service string) bool {
	if p.Rehearsal == nil || p.Rehearsal.Other == nil {
		return false
	}
	path := manifest.Path{"webhooks", 0, "clientConfig", "service", "name"}
	return o.StringAt(path...) == service && slices.Contains(p.Rehearsal.Derives(o, path), lifecycle.FromReleaseName)
}

func severityOfWebhook(required bool) lint.Severity {
	if required {
		return lint.Warning
	}
	return lint.Info
}

func effectOfWebhook(required bool) string {
	if required {
		return "from then on the API server refuses every request that it is to be asked about, in the whole cluster"
	}
	return "from then on every request that it is to be asked about waits for it in vain (failurePolicy Ignore)"
}

// cleansUpWebhooks reports whether a hook of helm uninstall deletes webhook
// configurations by a command.
func cleansUpWebhooks(p *lint.Pass) bool {
	return slices.ContainsFunc(cleaningHooks(p), func(w *inventory.Workload) bool {
		text := strings.ToLower(commandsOf(p, w))
		return strings.Contains(text, "delete") && strings.Contains(text, "webhookconfiguration")
	})
}
