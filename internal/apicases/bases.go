package apicases

// Bases are manifests that the API server accepts; cases change one thing.
var Bases = map[string]string{
	"claim": `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: demo}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 8Gi}}}`,
	"volume": `
apiVersion: v1
kind: PersistentVolume
metadata: {name: pv-1}
spec:
  accessModes: [ReadWriteOnce]
  capacity: {storage: 8Gi}
  csi: {driver: d.example.com, volumeHandle: h}
  storageClassName: fast`,
	"statefulset": `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: demo}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db, tier: back}}
    spec:
      containers:
      - {name: db, image: "postgres:17", volumeMounts: [{name: data, mountPath: /data}]}
  volumeClaimTemplates:
  - metadata: {name: data, labels: {version: "1"}}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 8Gi}}}`,
	"deployment": `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: demo}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, version: "1"}}
    spec: {containers: [{name: web, image: nginx}]}`,
	"daemonset": `
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: demo}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: agent, image: agent}]}`,
	"replicaset": `
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web, namespace: demo}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx}]}`,
	"controller": `
apiVersion: v1
kind: ReplicationController
metadata: {name: web, namespace: demo}
spec:
  selector: {app: web}
  template:
    metadata: {labels: {app: web, also: web}}
    spec: {containers: [{name: web, image: nginx}]}`,
	"revision": `
apiVersion: apps/v1
kind: ControllerRevision
metadata: {name: r, namespace: demo}
revision: 1
data: {a: b}`,
	"pod": `
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: demo}
spec: {containers: [{name: c, image: "nginx:1"}], tolerations: [{key: a, operator: Exists}]}`,
	"job": `
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, namespace: demo, uid: 11111111-2222-3333-4444-555555555555}
spec:
  template:
    metadata: {labels: {version: "1"}}
    spec: {restartPolicy: Never, containers: [{name: c, image: migrate}]}`,
	"indexed job": `
apiVersion: batch/v1
kind: Job
metadata: {name: index, namespace: demo}
spec:
  completionMode: Indexed
  completions: 2
  parallelism: 2
  template:
    spec: {restartPolicy: Never, containers: [{name: c, image: migrate}]}`,
	"cronjob": `
apiVersion: batch/v1
kind: CronJob
metadata: {name: archive, namespace: demo}
spec:
  schedule: "5 * * * *"
  jobTemplate:
    spec:
      template:
        spec: {restartPolicy: Never, containers: [{name: c, image: archive}]}`,
	"service": `
apiVersion: v1
kind: Service
metadata: {name: web, namespace: demo}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}`,
	"headless service": `
apiVersion: v1
kind: Service
metadata: {name: db, namespace: demo}
spec: {clusterIP: None, selector: {app: db}, ports: [{name: sql, port: 5432}]}`,
	"load balancer": `
apiVersion: v1
kind: Service
metadata: {name: lb, namespace: demo}
spec: {type: LoadBalancer, externalTrafficPolicy: Local, selector: {app: web}, ports: [{name: http, port: 80}]}`,
	"secret": `
apiVersion: v1
kind: Secret
metadata: {name: s, namespace: demo}
data: {password: b2xk}`,
	"configmap": `
apiVersion: v1
kind: ConfigMap
metadata: {name: c, namespace: demo}
data: {a: b}
binaryData: {z: b2xk}`,
	"quota": `
apiVersion: v1
kind: ResourceQuota
metadata: {name: q, namespace: demo}
spec: {hard: {pods: "1"}, scopes: [NotTerminating]}`,
	"storageclass": `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: d.example.com
parameters: {type: ssd}`,
	"attributesclass": `
apiVersion: storage.k8s.io/v1
kind: VolumeAttributesClass
metadata: {name: gold}
driverName: d.example.com
parameters: {iops: "100"}`,
	"csidriver": `
apiVersion: storage.k8s.io/v1
kind: CSIDriver
metadata: {name: d.example.com}
spec: {podInfoOnMount: false}`,
	"csicapacity": `
apiVersion: storage.k8s.io/v1
kind: CSIStorageCapacity
metadata: {name: cap, namespace: demo}
storageClassName: fast
nodeTopology: {matchLabels: {zone: a}}
capacity: 1Gi`,
	"attachment": `
apiVersion: storage.k8s.io/v1
kind: VolumeAttachment
metadata: {name: a}
spec: {attacher: d.example.com, nodeName: node-1, source: {persistentVolumeName: pv-1}}`,
	"rolebinding": `
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: b, namespace: demo}
roleRef: {kind: Role, name: reader, apiGroup: rbac.authorization.k8s.io}
subjects: [{kind: ServiceAccount, name: sa, namespace: demo}]`,
	"clusterrolebinding": `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: b}
roleRef: {kind: ClusterRole, name: reader, apiGroup: rbac.authorization.k8s.io}
subjects: [{kind: ServiceAccount, name: sa, namespace: demo}]`,
	"ingressclass": `
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: nginx}
spec: {controller: example.com/nginx}`,
	"ingress": `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: demo}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}`,
	"networkpolicy": `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: demo}
spec: {podSelector: {matchLabels: {app: web}}}`,
	"ipaddress": `
apiVersion: networking.k8s.io/v1
kind: IPAddress
metadata: {name: 10.96.0.10}
spec: {parentRef: {resource: services, name: web, namespace: demo}}`,
	"servicecidr": `
apiVersion: networking.k8s.io/v1
kind: ServiceCIDR
metadata: {name: more}
spec: {cidrs: [10.97.0.0/16]}`,
	"budget": `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: demo}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}`,
	"autoscaler": `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web, namespace: demo}
spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}`,
	"priorityclass": `
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: high}
value: 1000`,
	"runtimeclass": `
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: gvisor}
handler: runsc`,
	"endpointslice": `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web, namespace: demo}
addressType: IPv4
endpoints: [{addresses: [10.1.2.3]}]`,
	"lease": `
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: {name: leader, namespace: demo}
spec: {holderIdentity: a}`,
}

// BoundClaim is laid over a stored claim when it binds.
const BoundClaim = `
metadata: {annotations: {pv.kubernetes.io/bind-completed: "yes"}, finalizers: [kubernetes.io/pvc-protection]}
spec: {volumeName: pv-1, storageClassName: std}
status: {phase: Bound, accessModes: [ReadWriteOnce], capacity: {storage: 8Gi}}`

// Allocated is laid over a stored Service when it gets its address.
const Allocated = `spec: {clusterIP: 10.96.0.7, clusterIPs: [10.96.0.7]}`
