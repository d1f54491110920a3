import { exactly } from '../log-source.ts'
import type { SourceTable } from '../source-table.ts'

/**
 * Services of clouds, as Elastic's integrations name their fields. Only what they keep as it came is here; names that
 * begin as the integration's do are taken as they stand.
 */
export const cloudSources = (): readonly SourceTable[] => [
  cloud('aws', 'cloudtrail', 'aws.cloudtrail', {
    eventName: 'event.action',
    eventSource: 'event.provider',
    eventType: 'aws.cloudtrail.event_type',
    errorCode: 'aws.cloudtrail.error_code',
    errorMessage: 'aws.cloudtrail.error_message',
    awsRegion: 'cloud.region',
    sourceIPAddress: 'source.address',
    userAgent: 'user_agent.original',
    'userIdentity.type': 'aws.cloudtrail.user_identity.type',
    'userIdentity.arn': 'aws.cloudtrail.user_identity.arn',
  }),
  cloud('azure', 'activitylogs', 'azure.activitylogs', {
    operationName: 'azure.activitylogs.operation_name',
    OperationName: 'azure.activitylogs.operation_name',
    resultType: 'azure.activitylogs.result_type',
  }),
  cloud('azure', 'auditlogs', 'azure.auditlogs', {
    operationName: 'azure.auditlogs.operation_name',
    OperationName: 'azure.auditlogs.operation_name',
    Category: 'azure.auditlogs.category',
    LoggedByService: 'azure.auditlogs.properties.logged_by_service',
  }),
  cloud('azure', 'signinlogs', 'azure.signinlogs', {
    ResultType: 'azure.signinlogs.result_type',
    resultType: 'azure.signinlogs.result_type',
    ResultDescription: 'azure.signinlogs.result_description',
    'DeviceDetail.isCompliant': 'azure.signinlogs.properties.device_detail.is_compliant',
  }),
  cloud('gcp', 'gcp.audit', 'gcp.audit', {}),
  cloud('github', 'audit', 'github.audit', { action: 'event.action', actor: 'user.name' }),
  cloud('okta', 'okta', 'okta.system', {
    eventType: 'okta.event_type',
    displayMessage: 'okta.display_message',
    'outcome.result': 'okta.outcome.result',
    'debugContext.debugData.requestUri': 'okta.debug_context.debug_data.request_uri',
    'securityContext.isProxy': 'okta.security_context.is_proxy',
  }),
  {
    sources: [
      { product: 'kubernetes', service: 'audit' },
      { product: 'kubernetes', category: 'application', service: 'audit' },
    ],
    where: exactly('event.dataset', 'kubernetes.audit_logs'),
    fields: {
      apiGroup: 'kubernetes.audit.objectRef.apiGroup',
      namespace: 'kubernetes.audit.objectRef.namespace',
      resource: 'kubernetes.audit.objectRef.resource',
      subresource: 'kubernetes.audit.objectRef.subresource',
      username: 'kubernetes.audit.user.username',
    },
    rest: (name) => `kubernetes.audit.${name}`,
    message: null,
  },
]

function cloud(product: string, service: string, dataset: string, fields: SourceTable['fields']): SourceTable {
  const own = new RegExp(`^${(dataset.split('.')[0] ?? dataset).replace(/[^a-z0-9]/g, '\\$&')}\\.`)
  return { sources: [{ product, service }], where: exactly('event.dataset', dataset), fields, message: null, own }
}
