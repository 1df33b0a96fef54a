// The certified provider: asks who you are, and whether you agree. Arguments: client as JSON, people as JSON (login → claims).
import { createServer } from 'node:http'
import Provider from 'oidc-provider'

const [client, people] = process.argv.slice(2).map((text) => JSON.parse(text))
const names = [...new Set(Object.values(people).flatMap(Object.keys))]
const server = createServer()
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`
  const provider = new Provider(issuer, {
    clients: [client],
    claims: { openid: ['sub'], profile: names },
    cookies: { keys: ['only for a test'] },
    findAccount: (_context, login) => ({ accountId: login, claims: () => ({ sub: login, ...people[login] }) }),
  })
  server.on('request', provider.callback())
  console.log(issuer)
})
process.stdin.resume().on('end', () => process.exit(0))
