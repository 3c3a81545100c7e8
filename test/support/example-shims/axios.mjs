async function send(method, url, options, body) {
  const response = await fetch(url, {
    method,
    headers: { 'Content-Type': 'application/json', ...options.headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`Request failed with status code ${response.status}`)
  return { data: await response.json() }
}

/** As much of axios as the examples of the API description use. */
const axios = {
  get: (url, options) => send('GET', url, options),
  post: (url, body, options) => send('POST', url, options, body),
}

export default axios
