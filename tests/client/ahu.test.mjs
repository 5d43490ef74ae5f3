// sample: ahu
// Every kind of object, with polarity, state texts, ranges, compared with its project and EDE rows.
import { connect, done, parseProject } from './lib.mjs'
import { compareDevice } from './real.mjs'

const client = await connect()
await compareDevice(client, parseProject(process.env.PROJECT), process.env.EDE, 1100)
done(client)
