// SPDX-License-Identifier: Apache-2.0
// Reports as Rollbar's SDKs send them, through the server's own port.

/** Sends `data` as one item; gives its uuid. */
export async function sendItem(base, data, token = 'any') {
  const response = await fetch(`${base}/api/1/item/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-rollbar-access-token': token },
    body: JSON.stringify({ data }),
  });
  if (!response.ok) throw new Error(`item answered ${response.status}: ${await response.text()}`);
  return (await response.json()).result.uuid;
}

/** Tells of a version that went live. */
export async function sendDeploy(base, deploy, token) {
  const response = await fetch(`${base}/api/1/deploy/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-rollbar-access-token': token },
    body: JSON.stringify(deploy),
  });
  if (!response.ok) throw new Error(`deploy answered ${response.status}: ${await response.text()}`);
}

/** Makes a project; gives the token that servers post with. */
export async function createProject(base, name) {
  const response = await fetch(`${base}/ui/api/v1/errors/projects`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  });
  if (!response.ok) throw new Error(`project answered ${response.status}: ${await response.text()}`);
  const { tokens } = await response.json();
  return tokens.find(({ scopes }) => scopes.includes('post_server_item')).token;
}

const flaskFrames = [
  {
    filename: '/usr/lib/python3/dist-packages/flask/app.py', lineno: 1823, method: 'full_dispatch_request',
    code: 'rv = self.dispatch_request()',
  },
  {
    filename: '/usr/lib/python3/dist-packages/flask/app.py', lineno: 1799, method: 'dispatch_request',
    code: 'return self.view_functions[rule.endpoint](**view_args)',
  },
  {
    filename: '/backend-flask/app.py', lineno: 71, method: 'data_home', code: 'data = HomeActivities.run(claims)',
    context: {
      pre: ["@app.route('/api/activities/home', methods=['GET'])", 'def data_home():', '  claims = token.verify(request.headers)'],
      post: ['  return data, 200'],
    },
    locals: { claims: { sub: 'u-7', scope: 'aws.cognito.signin.user.admin' } },
  },
  {
    filename: '/backend-flask/services/home_activities.py', lineno: 34, method: 'run',
    code: "user = claims['user_handle']",
    context: {
      pre: ['class HomeActivities:', '  def run(claims):', '    now = datetime.now(timezone.utc)'],
      post: ['    results = db.query(sql, user)', "    span.set_attribute('app.result_length', len(results))"],
    },
    locals: {
      claims: { sub: 'u-7', scope: 'aws.cognito.signin.user.admin', groups: ['beta', 'staff'] },
      now: 'datetime.datetime(2026, 1, 15, 10, 3, 12)',
      retries: 3,
      results: null,
    },
  },
];

/** A Flask view that fails, as pyrollbar reports it: library frames, code, locals, a cause. */
export function flaskError(more = {}) {
  const { person = 'u-7', traceId, spanId, ...members } = more;
  return {
    environment: 'production',
    level: 'error',
    language: 'python 3.11.2',
    framework: 'flask',
    platform: 'linux',
    code_version: '4f2c',
    context: '/api/activities/home',
    body: {
      trace_chain: [
        { frames: flaskFrames, exception: { class: 'KeyError', message: "'user_handle'" } },
        {
          frames: [
            {
              filename: '/backend-flask/lib/cognito.py', lineno: 88, method: 'verify',
              code: "raise TokenVerifyError('Token was not issued for this audience')",
              locals: { audience: '5b6ro31g97urk767adrbrdj1g5' },
            },
          ],
          exception: { class: 'TokenVerifyError', message: 'Token was not issued for this audience' },
        },
      ],
      telemetry: [
        { level: 'info', type: 'navigation', source: 'client', timestamp_ms: Date.now() - 9200, body: { from: '/', to: '/home' } },
        { level: 'info', type: 'log', source: 'server', timestamp_ms: Date.now() - 3100, body: { message: 'authenticated u-7' } },
        {
          level: 'error', type: 'network', source: 'server', timestamp_ms: Date.now() - 900,
          body: { method: 'GET', url: 'http://cognito/keys', status_code: 502, subtype: 'http' },
        },
      ],
    },
    person: { id: person, username: person === 'u-7' ? 'andrewbrown' : `user ${person}`, email: `${person}@cruddur.test` },
    request: {
      url: 'http://cruddur.test/api/activities/home', method: 'GET', user_ip: '203.0.113.9',
      headers: { 'User-Agent': 'Mozilla/5.0 Firefox/140.0', Accept: 'application/json' },
      GET: { limit: '20' },
    },
    server: { host: 'c0ffee', root: '/backend-flask', pid: 7 },
    custom: { ...(traceId ? { trace_id: traceId } : {}), ...(spanId ? { span_id: spanId } : {}), feature: 'home-feed' },
    notifier: { name: 'pyrollbar', version: '1.3.0' },
    ...members,
  };
}

/** An exception in a browser, as rollbar.js reports it. */
export function browserError(more = {}) {
  return {
    environment: 'production', level: 'critical', language: 'javascript', framework: 'browser-js', platform: 'browser',
    context: 'HomeFeedPage',
    body: {
      trace: {
        frames: [
          { filename: 'http://cruddur.test/static/js/main.3f2a9c1d.js', lineno: 2, colno: 90112, method: 'commitRoot' },
          { filename: 'http://cruddur.test/static/js/main.3f2a9c1d.js', lineno: 2, colno: 18220, method: 'HomeFeedPage' },
        ],
        exception: { class: 'TypeError', message: "Cannot read properties of undefined (reading 'handle')" },
      },
    },
    client: { javascript: { browser: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/142.0', code_version: '4f2c' } },
    person: { id: 'u-9', username: 'bayko' },
    request: { url: 'http://cruddur.test/home', user_ip: '$remote_ip' },
    notifier: { name: 'rollbar-browser-js', version: '2.26.4' },
    ...more,
  };
}

export function goError(more = {}) {
  return {
    environment: 'staging', level: 'error', language: 'go', framework: 'gin', platform: 'linux',
    context: 'POST /checkout',
    body: {
      trace_chain: [
        {
          frames: [
            { filename: 'shop/cart/total.go', lineno: 41, method: 'cart.(*Cart).Total' },
            { filename: 'shop/api/checkout.go', lineno: 77, method: 'api.Checkout' },
            { filename: 'net/http/server.go', lineno: 2136, method: 'http.HandlerFunc.ServeHTTP' },
          ],
          exception: { class: '*cart.EmptyError', message: 'cart 8812 has no lines' },
        },
      ],
    },
    server: { host: 'shop-2' },
    ...more,
  };
}

export function messageItem(text, more = {}) {
  return {
    environment: 'production', level: 'warning', language: 'python 3.11.2', framework: 'flask',
    body: { message: { body: text, attempt: 3, queue: 'thumbnails' } },
    server: { host: 'c0ffee' },
    ...more,
  };
}
