package apiserver

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	jobutil "k8s.io/kubernetes/pkg/api/job"
	podutil "k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/batch"
	"k8s.io/kubernetes/pkg/apis/batch/validation"
	"k8s.io/kubernetes/pkg/features"
)

// job follows pkg/registry/batch/job/strategy.go.
func job() rules[*batch.Job] {
	return rules[*batch.Job]{
		PrepareCreate: func(next *batch.Job) {
			if next.Spec.ManualSelector == nil || !*next.Spec.ManualSelector {
				generateSelector(next)
			}
			next.Status = batch.JobStatus{}
			next.Generation = 1
			jobutil.DropDisabledFields(&next.Spec, nil)
			podutil.DropDisabledTemplateFields(&next.Spec.Template, nil)
		},
		PrepareUpdate: func(next, live *batch.Job) {
			next.Status = live.Status
			jobutil.DropDisabledFields(&next.Spec, &live.Spec)
			podutil.DropDisabledTemplateFields(&next.Spec.Template, &live.Spec.Template)
			advance(next, live, next.Spec, live.Spec)
		},
		Validate: func(next *batch.Job) field.ErrorList {
			return validation.ValidateJobCreate(next, validation.JobValidationOptions{
				PodValidationOptions:  podutil.GetValidationOptionsFromPodTemplate(&next.Spec.Template, nil),
				RequirePrefixedLabels: true,
			})
		},
		ValidateUpdate: func(next, live *batch.Job) field.ErrorList {
			return validation.ValidateJobUpdate(next, live, jobUpdateOptions(next, live))
		},
		Options: func(_, _ *batch.Job) map[string]bool { return workloadOptions() },
	}
}

// jobUpdateOptions follows validationOptionsForJob. Whether the template of a
// suspended Job may change is decided by the live Job.
func jobUpdateOptions(next, live *batch.Job) validation.JobValidationOptions {
	options := validation.JobValidationOptions{
		PodValidationOptions: podutil.GetValidationOptionsFromPodTemplate(&next.Spec.Template, &live.Spec.Template),
	}
	options.AllowInvalidLabelValueInSelector = options.AllowInvalidLabelValueInSelector ||
		metav1validation.LabelSelectorHasInvalidLabelValue(live.Spec.Selector)

	suspended := live.Spec.Suspend != nil && *live.Spec.Suspend
	notStarted := live.Status.StartTime == nil
	options.AllowMutableSchedulingDirectives = suspended && notStarted
	mutable := suspended && live.Status.Active == 0 &&
		(notStarted || validation.IsConditionTrue(live.Status.Conditions, batch.JobSuspended))
	if utilfeature.DefaultFeatureGate.Enabled(features.MutablePodResourcesForSuspendedJobs) {
		options.AllowMutablePodResources = mutable
	}
	if utilfeature.DefaultFeatureGate.Enabled(features.MutableSchedulingDirectivesForSuspendedJobs) {
		options.AllowMutableSchedulingDirectives = mutable
	}
	_, hadJobName := live.Spec.Template.Labels[batch.JobNameLabel]
	_, hadControllerUID := live.Spec.Template.Labels[batch.ControllerUidLabel]
	options.RequirePrefixedLabels = hadJobName && hadControllerUID
	return options
}

// generateSelector gives a Job the selector and its pods the labels that tie
// them to it. What the manifest says already stays, and is refused by
// validation if it contradicts.
func generateSelector(job *batch.Job) {
	labels := job.Spec.Template.Labels
	if labels == nil {
		labels = map[string]string{}
		job.Spec.Template.Labels = labels
	}
	keep := func(m map[string]string, key, value string) {
		if _, ok := m[key]; !ok {
			m[key] = value
		}
	}
	keep(labels, batch.LegacyJobNameLabel, job.Name)
	keep(labels, batch.JobNameLabel, job.Name)
	keep(labels, batch.LegacyControllerUidLabel, string(job.UID))
	keep(labels, batch.ControllerUidLabel, string(job.UID))

	if job.Spec.Selector == nil {
		job.Spec.Selector = &metav1.LabelSelector{}
	}
	if job.Spec.Selector.MatchLabels == nil {
		job.Spec.Selector.MatchLabels = map[string]string{}
	}
	keep(job.Spec.Selector.MatchLabels, batch.ControllerUidLabel, string(job.UID))
}

// cronJob follows pkg/registry/batch/cronjob/strategy.go.
func cronJob() rules[*batch.CronJob] {
	return rules[*batch.CronJob]{
		PrepareCreate: func(next *batch.CronJob) {
			next.Status = batch.CronJobStatus{}
			next.Generation = 1
			jobutil.DropDisabledFields(&next.Spec.JobTemplate.Spec, nil)
			podutil.DropDisabledTemplateFields(&next.Spec.JobTemplate.Spec.Template, nil)
		},
		PrepareUpdate: func(next, live *batch.CronJob) {
			next.Status = live.Status
			jobutil.DropDisabledFields(&next.Spec.JobTemplate.Spec, &live.Spec.JobTemplate.Spec)
			podutil.DropDisabledTemplateFields(&next.Spec.JobTemplate.Spec.Template, &live.Spec.JobTemplate.Spec.Template)
			advance(next, live, next.Spec, live.Spec)
		},
		Validate: func(next *batch.CronJob) field.ErrorList {
			return validation.ValidateCronJobCreate(next,
				podutil.GetValidationOptionsFromPodTemplate(&next.Spec.JobTemplate.Spec.Template, nil))
		},
		ValidateUpdate: func(next, live *batch.CronJob) field.ErrorList {
			return validation.ValidateCronJobUpdate(next, live, podutil.GetValidationOptionsFromPodTemplate(
				&next.Spec.JobTemplate.Spec.Template, &live.Spec.JobTemplate.Spec.Template))
		},
		Options: func(_, _ *batch.CronJob) map[string]bool { return workloadOptions() },
	}
}

func workloadOptions() map[string]bool {
	return map[string]bool{
		string(features.WorkloadWithJob): utilfeature.DefaultFeatureGate.Enabled(features.WorkloadWithJob),
	}
}
