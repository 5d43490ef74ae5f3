// sample: plant
// Every property of every object of a large device, compared with its project and EDE rows.
import { connect, done, parseProject } from './lib.mjs'
import { compareDevice } from './real.mjs'

const client = await connect()
const n = await compareDevice(client, parseProject(process.env.PROJECT), process.env.EDE, 1200)
console.log(`${n} objects`)
done(client)
