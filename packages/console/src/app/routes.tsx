import { FileQuestion } from 'lucide-react';
import { type ComponentType, lazy, type ReactElement, Suspense } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { EmptyState, LinkButton, Loading, Page } from '../components/index.ts';
import { places } from '../places/index.ts';
import { ErrorBoundary } from './error-boundary.tsx';

/** Every page is loaded when it is first gone to. */
const routes: readonly (readonly [path: string, page: ComponentType])[] = [
  ['/', page(async () => (await import('../pages/overview/index.ts')).OverviewPage)],
  ['/audit', page(async () => (await import('../pages/audit/index.ts')).AuditPage)],
  ['/events/:id', page(async () => (await import('../pages/event/index.ts')).EventPage)],
  ['/access', page(async () => (await import('../pages/access/index.ts')).AccessPage)],
  ['/keys', page(async () => (await import('../pages/keys/index.ts')).KeysPage)],
  ['/keys/:id/:part?', page(async () => (await import('../pages/key/index.ts')).KeyPage)],
  ['/identities', page(async () => (await import('../pages/identities/index.ts')).IdentitiesPage)],
  ['/identities/:name', page(async () => (await import('../pages/identity/index.ts')).IdentityPage)],
  ['/incidents', page(async () => (await import('../pages/incidents/index.ts')).IncidentsPage)],
  ['/incidents/:id', page(async () => (await import('../pages/incident/index.ts')).IncidentPage)],
  ['/settings/:section?', page(async () => (await import('../pages/settings/index.ts')).SettingsPage)],
];

function page(load: () => Promise<ComponentType>): ComponentType {
  return lazy(async () => ({ default: await load() }));
}

/** The page of the address. */
export function Routes(): ReactElement {
  const [location] = useLocation();
  return (
    <ErrorBoundary resetKey={location}>
      <Suspense fallback={<PageWait />}>
        <Switch>
          {routes.map(([path, component]) => (
            <Route key={path} path={path} component={component} />
          ))}
          <Route>
            <NoSuchPage />
          </Route>
        </Switch>
      </Suspense>
    </ErrorBoundary>
  );
}

function PageWait(): ReactElement {
  return (
    <div className="page">
      <Loading label="Loading the page" />
    </div>
  );
}

function NoSuchPage(): ReactElement {
  return (
    <Page title="No such page">
      <EmptyState
        icon={FileQuestion}
        title="There is nothing at this address"
        actions={<LinkButton href={places.overview}>Go to the overview</LinkButton>}
      >
        It may have been typed wrong, or belong to another version of the console.
      </EmptyState>
    </Page>
  );
}
