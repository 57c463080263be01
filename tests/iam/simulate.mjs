// Answers IAM questions: reads {asks: […]} from standard input, writes what IAM decides of each.
import { runSimulation } from '@cloud-copilot/iam-simulate'

const chunks = []
for await (const chunk of process.stdin) chunks.push(chunk)
const asks = JSON.parse(Buffer.concat(chunks).toString())

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
