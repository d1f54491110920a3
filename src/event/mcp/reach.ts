import { toolReach } from '../tool/reach.ts'

export const MCP_REACH = toolReach('mcp', 'logs of MCP clients and servers, as an agent writes them')
