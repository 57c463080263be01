// Answers IAM questions: reads a list of them from each line of standard input, writes a line of what IAM decides of each.
import { createInterface } from 'node:readline'
import { runSimulation } from '@cloud-copilot/iam-simulate'

for await (const line of createInterface({ input: process.stdin })) {
  // 0.1.173 knows keys with a name of one's own after a slash (aws:PrincipalTag/Team), not after a colon; as
  // AWS's reference names them, it takes them.
  const asks = JSON.parse(line.replaceAll(/"kms:EncryptionContext:[\w:.-]+"/g, '"kms:EncryptionContext:${EncryptionContextKey}"'))
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
  process.stdout.write(JSON.stringify(answers) + '\n')
}
