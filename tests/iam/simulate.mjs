// Answers IAM questions: reads {asks: […]} from standard input, writes what IAM decides of each.
import { runSimulation } from '@cloud-copilot/iam-simulate'

const chunks = []
for await (const chunk of process.stdin) chunks.push(chunk)
// 0.1.173 knows keys with a name of one's own after a slash (aws:PrincipalTag/Team), not after a colon; as
// AWS's reference names them, it takes them.
const text = Buffer.concat(chunks).toString()
const asks = JSON.parse(text.replaceAll(/"kms:EncryptionContext:[\w:.-]+"/g, '"kms:EncryptionContext:${EncryptionContextKey}"'))

const answers = []
for (const ask of asks) {
  const result = await runSimulation(
    {
      request: {
        principal: ask.principal,
        action: ask.action,
        resource: { resource: ask.resource, accountId: ask.account },
        contextVariables: ask.context,
      },
      identityPolicies: ask.policies.map((policy, place) => ({ name: `policy-${place}`, policy })),
      resourcePolicy: ask.resourcePolicy ?? undefined,
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  )
  answers.push(result.resultType === 'error' ? { errors: result.errors } : { decision: result.overallResult })
}
process.stdout.write(JSON.stringify(answers))
